"""The end of an ascending order: among equals the later row wins.

Caught by: the_lower_index_wins_a_tie
"""

import numpy as np


def lifetime_mask(h, k):
    order = np.argsort(h, axis=0, kind="stable")
    mask = np.zeros(h.shape, bool)
    np.put_along_axis(mask, order[len(h) - k :], True, axis=0)
    return mask
