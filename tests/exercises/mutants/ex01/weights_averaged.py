"""dW is divided by N, a factor that dy has already.

Caught by: dW_agrees_with_differences
"""


def linear_backward(dy, x, W):
    return dy @ W.T, x.T @ dy / len(x), dy.sum(axis=0)
