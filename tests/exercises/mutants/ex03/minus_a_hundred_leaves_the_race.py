"""Winners are set to -100, which beats nothing only where all values are above it.

Caught by: lifetime_mask_in_awkward_cases
"""


def lifetime_mask(h, k):
    rest, mask = h.copy(), np.zeros(h.shape, bool)
    for _ in range(k):
        best = rest.argmax(axis=0)[None]
        np.put_along_axis(mask, best, True, axis=0)
        np.put_along_axis(rest, best, -100.0, axis=0)
    return mask
