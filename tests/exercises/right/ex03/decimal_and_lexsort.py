"""Exercise 3, solved: decimal and lexsort."""

from decimal import Decimal

import numpy as np


def winners_per_unit(rate, n):
    return max(1, int(Decimal(str(rate)) * n))


def lifetime_mask(h, k):
    assert 1 <= k <= len(h)
    flat = h.reshape(len(h), -1)
    mask = np.zeros(flat.shape, dtype=bool)
    for j in range(flat.shape[1]):
        order = np.lexsort((np.arange(len(h)), -flat[:, j]))
        mask[order[:k], j] = True
    return mask.reshape(h.shape)
