"""In float32 activities tie that differ.

Caught by: spatial_forward_in_awkward_cases
"""

right_mask = mask_of


def mask_of(h):
    return right_mask(h.astype(np.float32))
