"""Exercise 4, solved: where."""

import numpy as np


def lifetime_backward(dz, mask):
    assert mask.dtype == bool
    return np.where(mask, dz, 0.0)
