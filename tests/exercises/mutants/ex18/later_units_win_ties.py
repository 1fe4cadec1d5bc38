"""The end of an ascending order.

Caught by: per_sample_mask_in_awkward_cases
"""


def per_sample_mask(h, k):
    mask = np.zeros(h.shape, bool)
    np.put_along_axis(mask, np.argsort(h, axis=1, kind="stable")[:, h.shape[1] - k :], True, axis=1)
    return mask
