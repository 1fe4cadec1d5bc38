"""Works for one and two axes of units alone.

Caught by: lifetime_mask_in_awkward_cases
"""

right = lifetime_mask


def lifetime_mask(h, k):
    n, m, *rest = h.shape
    size = rest[0] if rest else 1
    return right(h.reshape(n, m * size), k).reshape(h.shape)
