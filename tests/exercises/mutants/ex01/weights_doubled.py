"""dW has the 2 of a square that is not there.

Caught by: dW_agrees_with_differences
"""


def linear_backward(dy, x, W):
    return dy @ W.T, 2 * x.T @ dy, dy.sum(axis=0)
