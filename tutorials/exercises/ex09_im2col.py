"""Exercise 9: the windows of images as rows of a matrix.

A convolution is a matrix product once every window of the image is a row. The windows have an odd height kh and
an odd width kw, one lies centred on every pixel, and beyond the border of the image everything is zero.
"""

import numpy as np


def im2col(x, kh, kw):
    """All windows of a batch of images.

    Parameters
    ----------
    x : ndarray, shape (N, H, W, C)
        Images, channels last.
    kh, kw : int
        Height and width of a window, both odd.

    Returns
    -------
    cols : ndarray, shape (N*H*W, kh*kw*C)
        Row (n*H + i)*W + j is the window centred on pixel (i, j) of image n, line by line from its upper left
        corner, with the C channels of a pixel side by side.

    Hints
    -----
    Make the image wider first, by the half of a window on each side (``np.pad``). All upper left corners of all
    windows together are a slice of that; so are all entries of the windows at (u, v). Two loops, over u and v,
    are enough. Draw a 3 x 4 image and a 1 x 3 window.
    """
    raise NotImplementedError
