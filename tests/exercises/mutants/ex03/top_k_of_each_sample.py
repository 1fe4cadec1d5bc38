"""The k largest of each row: units compete with each other.

Caught by: each_unit_has_exactly_k_winners
"""

import numpy as np


def lifetime_mask(h, k):
    flat = h.reshape(len(h), -1)
    order = np.argsort(-flat, axis=1, kind="stable")
    mask = np.zeros(flat.shape, bool)
    np.put_along_axis(mask, order[:, :k], True, axis=1)
    return mask.reshape(h.shape)
