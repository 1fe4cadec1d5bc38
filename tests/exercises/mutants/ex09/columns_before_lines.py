"""Positions are counted down the columns first.

Caught by: windows_of_one_pixel_are_the_image
"""

right = im2col


def im2col(x, kh, kw):
    n, h, w, _ = x.shape
    cols = right(x, kh, kw)
    return cols.reshape(n, h, w, -1).swapaxes(1, 2).reshape(cols.shape)
