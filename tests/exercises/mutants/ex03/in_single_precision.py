"""In float32 values tie that differ.

Caught by: lifetime_mask_in_awkward_cases
"""

right = lifetime_mask


def lifetime_mask(h, k):
    return right(h.astype(np.float32), k)
