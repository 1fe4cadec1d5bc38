"""Padded by a maximum with zero.

Caught by: a_row_is_the_window_around_its_position
"""


def padded(x, kh, kw):
    return np.maximum(np.pad(x, ((0, 0), (kh // 2, kh // 2), (kw // 2, kw // 2), (0, 0))), 0)
