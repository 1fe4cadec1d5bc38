"""The mask of the first call is kept.

Caught by: lifetime_backward_in_awkward_cases
"""

MASKS = {}


def lifetime_backward(dz, mask):
    return dz * MASKS.setdefault(dz.shape, mask.copy())
