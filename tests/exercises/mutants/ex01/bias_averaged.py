"""db is the mean over the samples, not the sum.

Caught by: db_agrees_with_differences
"""


def linear_backward(dy, x, W):
    return dy @ W.T, x.T @ dy, dy.mean(axis=0)
