"""Rounded to six places, which small numbers do not survive.

Caught by: linear_backward_in_awkward_cases
"""


def linear_backward(dy, x, W):
    return (dy @ W.T).round(6), (x.T @ dy).round(6), dy.sum(axis=0).round(6)
