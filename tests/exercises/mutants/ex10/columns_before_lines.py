"""Rows are taken to go down the columns first.

Caught by: windows_of_one_pixel_come_back_as_the_image
"""

right = col2im


def col2im(cols, shape, kh, kw):
    n, h, w, _ = shape
    turned = cols.reshape(n, w, h, -1).swapaxes(1, 2).reshape(cols.shape)
    return right(turned, shape, kh, kw)
