"""Exercise 3, solved."""

import math

import numpy as np


def winners_per_unit(rate, n):
    return max(1, math.floor(rate * n + 1e-9))


def lifetime_mask(h, k):
    order = np.argsort(-h, axis=0, kind="stable")
    mask = np.zeros(h.shape, bool)
    np.put_along_axis(mask, order[:k], True, axis=0)
    return mask
