"""Ties are broken by taking a little off each row, which turns close values around.

Caught by: lifetime_mask_in_awkward_cases
"""

right = lifetime_mask


def lifetime_mask(h, k):
    rows = np.arange(len(h)).reshape(-1, *[1] * (h.ndim - 1))
    return right(h - 1e-6 * rows, k)
