"""The slope of the hinge that is not squared.

Caught by: ds_agrees_with_differences
"""


def squared_hinge_backward(s, t, C):
    return -C * t * (t * s < 1)
