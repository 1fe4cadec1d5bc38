"""Compared after rounding.

Caught by: lifetime_mask_in_awkward_cases
"""

right = lifetime_mask


def lifetime_mask(h, k):
    return right(h.round(3), k)
