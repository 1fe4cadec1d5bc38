"""W as the decoder's alone.

Caught by: dW_agrees_with_differences
"""


def dW_of(z, da, dz_hat, c):
    return dz_hat.T @ c
