"""The mask is forgotten on the way back.

Caught by: dW_enc_agrees_with_differences
"""


def da_of(dz, mask, a):
    return dz * (a > 0)
