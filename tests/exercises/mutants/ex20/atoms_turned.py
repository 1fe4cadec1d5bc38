"""Decoding with atoms that are turned.

Caught by: conv_wta_step_in_awkward_cases
"""


def decoded(z, D):
    return convolved(z, as_filters(D).transpose(0, 1, 3, 2))
