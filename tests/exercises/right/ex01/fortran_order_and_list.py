"""Exercise 1, solved: fortran order and list."""

import numpy as np


def linear_backward(dy, x, W):
    assert dy.shape == (len(x), W.shape[1]) and x.shape[1] == W.shape[0]
    dy, x, W = map(np.asfortranarray, (dy, x, W))
    return [np.asfortranarray(dy @ W.T), np.asfortranarray(x.T @ dy), np.add.reduce(dy, 0)]
