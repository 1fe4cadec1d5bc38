"""A little is taken off each pixel, so that earlier ones win.

Caught by: spatial_forward_in_awkward_cases
"""

right_mask = mask_of


def mask_of(h):
    n, height, width, f = h.shape
    order = np.arange(height * width).reshape(1, height, width, 1)
    return right_mask(h - 1e-6 * order)
