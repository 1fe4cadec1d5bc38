"""The derivative of the mask, without dz.

Caught by: dh_agrees_with_differences
"""


def lifetime_backward(dz, mask):
    return 1.0 * mask
