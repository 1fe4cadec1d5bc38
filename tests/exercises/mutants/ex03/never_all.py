"""At least one sample loses.

Caught by: each_unit_has_exactly_k_winners
"""

right = lifetime_mask


def lifetime_mask(h, k):
    return right(h, min(k, max(1, len(h) - 1)))
