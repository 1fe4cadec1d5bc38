"""Loops over a single axis of units.

Caught by: lifetime_backward_in_awkward_cases
"""

import numpy as np


def lifetime_backward(dz, mask):
    n = len(dz)
    flat, won = dz.reshape(n, dz.shape[1], -1), mask.reshape(n, dz.shape[1], -1)
    dh = np.zeros(flat.shape)
    for j in range(flat.shape[1]):
        for i in range(min(2, flat.shape[2])):
            dh[:, j, i] = flat[:, j, i] * won[:, j, i]
    return dh.reshape(dz.shape)
