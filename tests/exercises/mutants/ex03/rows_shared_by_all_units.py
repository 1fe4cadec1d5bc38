"""The rows with the largest sums win in all units alike.

Caught by: units_do_not_compete
"""

import numpy as np


def lifetime_mask(h, k):
    total = h.reshape(len(h), -1).sum(axis=1)
    mask = np.zeros(h.shape, bool)
    mask[np.argsort(-total, kind="stable")[:k]] = True
    return mask
