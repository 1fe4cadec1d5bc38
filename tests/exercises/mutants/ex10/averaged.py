"""Divided by the number of windows: im2col undone, not its adjoint.

Caught by: ones_count_the_windows_that_show_a_pixel
"""

import numpy as np

right = col2im


def col2im(cols, shape, kh, kw):
    return right(cols, shape, kh, kw) / right(np.ones(cols.shape), shape, kh, kw)
