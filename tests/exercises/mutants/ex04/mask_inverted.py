"""The losers get the gradient.

Caught by: dh_agrees_with_differences
"""


def lifetime_backward(dz, mask):
    return dz * ~mask
