"""dx is dy W, which has the wrong shape or does not exist.

Caught by: dx_agrees_with_differences
"""


def linear_backward(dy, x, W):
    return dy @ W, x.T @ dy, dy.sum(axis=0)
