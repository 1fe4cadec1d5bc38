"""Exercise 10: the adjoint of im2col.

im2col (exercise 9) is linear: it copies pixels into windows. Its adjoint takes a gradient with respect to all
window entries and gives the gradient with respect to the pixels. It is defined by::

    sum of im2col(x) * cols = sum of x * col2im(cols)           for every x and every cols
"""

import numpy as np


def col2im(cols, shape, kh, kw):
    """Bring every window entry back to the pixel that it was copied from.

    Parameters
    ----------
    cols : ndarray, shape (N*H*W, kh*kw*C)
        Rows and columns as in exercise 9.
    shape : tuple (N, H, W, C)
        Of the images.
    kh, kw : int
        Height and width of a window, both odd.

    Returns
    -------
    x : ndarray, shape (N, H, W, C)

    Hints
    -----
    A pixel in the middle of an image was copied into kh*kw windows: what does the definition say about its kh*kw
    gradients? col2im does not undo im2col. Use the slices of exercise 9 the other way round; what came from
    beyond the border goes nowhere.
    """
    raise NotImplementedError
