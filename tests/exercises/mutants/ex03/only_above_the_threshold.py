"""A threshold with > loses the k-th winner.

Caught by: each_unit_has_exactly_k_winners
"""

import numpy as np


def lifetime_mask(h, k):
    return h > np.sort(h, axis=0)[len(h) - k]
