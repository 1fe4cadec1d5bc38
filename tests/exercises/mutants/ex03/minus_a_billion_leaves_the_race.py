"""The same with -1e9.

Caught by: lifetime_mask_in_awkward_cases
"""


def lifetime_mask(h, k):
    rest, mask = h.copy(), np.zeros(h.shape, bool)
    for _ in range(k):
        best = rest.argmax(axis=0)[None]
        np.put_along_axis(mask, best, True, axis=0)
        np.put_along_axis(rest, best, -1e9, axis=0)
    return mask
