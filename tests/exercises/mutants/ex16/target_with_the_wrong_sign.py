"""The target's term is added.

Caught by: dz_agrees_with_differences
"""


def dz_of(da, dz_hat, W):
    return da @ W.T + dz_hat
