"""dW has the shape of W.T.

Caught by: dW_agrees_with_differences
"""


def linear_backward(dy, x, W):
    return dy @ W.T, dy.T @ x, dy.sum(axis=0)
