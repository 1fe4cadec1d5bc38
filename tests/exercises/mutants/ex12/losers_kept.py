"""z is h.

Caught by: the_spatial_code_is_zero_but_for_winners
"""


def spatial_forward(h):
    return h.copy(), mask_of(h)
