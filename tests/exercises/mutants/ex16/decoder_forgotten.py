"""W as the encoder's alone.

Caught by: dW_agrees_with_differences
"""


def dW_of(z, da, dz_hat, c):
    return z.T @ da
