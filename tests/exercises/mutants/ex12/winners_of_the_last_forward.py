"""The mask is that of the last forward pass, whatever is handed in.

Caught by: spatial_backward_in_awkward_cases
"""

LAST = {}


def spatial_forward(h):
    LAST["mask"] = mask_of(h)
    return h * LAST["mask"], LAST["mask"]


def spatial_backward(dz, mask):
    kept = LAST.get("mask", mask)
    return dz * (kept if kept.shape == dz.shape else mask)
