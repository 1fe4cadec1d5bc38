"""As an unstable sort may do: of few samples it keeps the order, of many it does not.

Caught by: the_lower_index_wins_a_tie
"""

import numpy as np


def lifetime_mask(h, k):
    order = np.argsort(-h, axis=0, kind="stable")
    if len(h) > 16:
        order = len(h) - 1 - np.argsort(-h[::-1], axis=0, kind="stable")
    mask = np.zeros(h.shape, bool)
    np.put_along_axis(mask, order[:k], True, axis=0)
    return mask
