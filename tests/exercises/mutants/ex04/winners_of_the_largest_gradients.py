"""The winners are found again, from dz.

Caught by: lifetime_backward_in_awkward_cases
"""

import numpy as np


def lifetime_backward(dz, mask):
    return np.where(mask | (mask.sum(axis=0) == 0), dz, 0)
