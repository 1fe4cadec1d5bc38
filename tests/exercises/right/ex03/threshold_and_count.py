"""Exercise 3, solved: threshold and count."""

import numpy as np


def winners_per_unit(rate, n):
    k = np.floor(rate * n + 1e-6).astype(int)
    return np.maximum(k, 1)


def lifetime_mask(h, k):
    t = np.sort(h, axis=0)[len(h) - k]
    above = h > t
    ties = h == t
    left = k - above.sum(axis=0)
    return above | (ties & (np.cumsum(ties, axis=0) <= left))
