"""C is forgotten.

Caught by: ds_agrees_with_differences
"""


def squared_hinge_backward(s, t, C):
    return -2 * t * np.maximum(0, 1 - t * s)
