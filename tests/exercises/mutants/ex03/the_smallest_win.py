"""Sorted upwards, and the first k taken.

Caught by: no_loser_beats_a_winner
"""

import numpy as np


def lifetime_mask(h, k):
    order = np.argsort(h, axis=0, kind="stable")
    mask = np.zeros(h.shape, bool)
    np.put_along_axis(mask, order[:k], True, axis=0)
    return mask
