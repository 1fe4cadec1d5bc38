"""Exercise 3, solved: fraction and python sort."""

from fractions import Fraction

import numpy as np


def winners_per_unit(rate, n):
    return max(1, int(Fraction(rate).limit_denominator(10000) * n))


def lifetime_mask(h, k):
    mask = np.zeros_like(h, dtype=bool)
    for j in np.ndindex(*h.shape[1:]):
        column = h[(slice(None), *j)].tolist()
        for n in sorted(range(len(column)), key=lambda n: (-column[n], n))[:k]:
            mask[(n, *j)] = True
    return mask
