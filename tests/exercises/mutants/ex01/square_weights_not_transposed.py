"""Transposed only where the shapes do not fit otherwise.

Caught by: linear_backward_in_awkward_cases
"""


def linear_backward(dy, x, W):
    dx = dy @ W if W.shape[0] == W.shape[1] else dy @ W.T
    return dx, x.T @ dy, dy.sum(axis=0)
