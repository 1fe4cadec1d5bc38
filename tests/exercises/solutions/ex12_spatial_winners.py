"""Exercise 12, solved."""

import numpy as np


def mask_of(h):
    n, height, width, f = h.shape
    flat = h.reshape(n, height * width, f)
    mask = np.zeros(flat.shape, bool)
    np.put_along_axis(mask, flat.argmax(axis=1)[:, None], True, axis=1)
    return mask.reshape(h.shape)


def spatial_forward(h):
    mask = mask_of(h)
    return h * mask, mask


def spatial_backward(dz, mask):
    return dz * mask
