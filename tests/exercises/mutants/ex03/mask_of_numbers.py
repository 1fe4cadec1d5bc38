"""The mask holds zeros and ones.

Caught by: each_unit_has_exactly_k_winners
"""

right = lifetime_mask


def lifetime_mask(h, k):
    return 1.0 * right(h, k)
