"""Large mini-batches are averaged, small ones are not.

Caught by: linear_backward_in_awkward_cases
"""


def linear_backward(dy, x, W):
    n = len(x) if len(x) > 64 else 1
    return dy @ W.T, x.T @ dy / n, dy.sum(axis=0) / n
