"""The k largest of each unit.

Caught by: per_sample_mask_has_k_winners
"""


def per_sample_mask(h, k):
    mask = np.zeros(h.shape, bool)
    np.put_along_axis(mask, np.argsort(-h, axis=0, kind="stable")[:k], True, axis=0)
    return mask
