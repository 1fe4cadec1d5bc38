"""Exercise 18, solved."""

import numpy as np


def order_of(values):
    return np.argsort(-values, axis=-1, kind="stable")


def per_sample_mask(h, k):
    mask = np.zeros(h.shape, bool)
    np.put_along_axis(mask, order_of(h)[:, :k], True, axis=1)
    return mask


def over_batch_mask(h, k):
    mask = np.zeros(h.size, bool)
    mask[order_of(h.ravel())[:k]] = True
    return mask.reshape(h.shape)
