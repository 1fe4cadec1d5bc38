"""No padding: windows that reach beyond the border are left out.

Caught by: a_row_is_the_window_around_its_position
"""


def padded(x, kh, kw):
    return x
