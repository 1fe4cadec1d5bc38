"""Zeros never win.

Caught by: each_unit_has_exactly_k_winners
"""

right = lifetime_mask


def lifetime_mask(h, k):
    return right(h, k) & (h > 0)
