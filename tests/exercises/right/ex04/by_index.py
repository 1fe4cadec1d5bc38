"""Exercise 4, solved: by index."""

import numpy as np


def lifetime_backward(dz, mask):
    dh = np.zeros_like(dz)
    dh[mask] = dz[mask]
    return dh
