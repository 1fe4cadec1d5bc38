"""A mask that is True everywhere: nobody beats a winner, and nobody competes.

Caught by: each_unit_has_exactly_k_winners
"""

import numpy as np


def lifetime_mask(h, k):
    return np.ones(h.shape, bool)
