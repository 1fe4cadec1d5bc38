"""The maximum is forgotten: squared error.

Caught by: samples_beyond_the_margin_pull_no_more
"""


def squared_hinge_backward(s, t, C):
    return 2 * C * (s - t)
