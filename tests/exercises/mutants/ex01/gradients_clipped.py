"""Gradients above a hundred are cut.

Caught by: linear_backward_in_awkward_cases
"""

import numpy as np


def linear_backward(dy, x, W):
    return tuple(np.clip(g, -100, 100) for g in (dy @ W.T, x.T @ dy, dy.sum(axis=0)))
