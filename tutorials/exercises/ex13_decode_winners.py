"""Exercise 13: an image from a list of winners.

The convolutional code of a mini-batch is zero except at a few winners, so it is kept as a list: winner r is in image
n[r], at line y[r] and column x[r], in feature map f[r], and has the value value[r]. Every feature map f has an
atom D[f], a small image. Decoding adds the atom of each winner, times its value, to the image, centred on the
place of the winner, and the bias b to every pixel. On the way back, a gradient at all pixels becomes one number for
each winner: how the loss changes with its value.
"""

import numpy as np


def decode_winners(n, y, x, f, value, shape, D, b):
    """The images that a list of winners describes.

    Parameters
    ----------
    n, y, x, f : ndarray of int, shape (R,)
        Image, line, column and feature map of each winner. Several winners may have the same place.
    value : ndarray, shape (R,)
    shape : tuple (N, H, W)
        Number, height and width of the images.
    D : ndarray, shape (F, kh, kw, C)
        Atoms, kh and kw odd.
    b : ndarray, shape (C,)
        Bias of each channel.

    Returns
    -------
    x_hat : ndarray, shape (N, H, W, C)

    Hints
    -----
    An atom stands in the image as it is, its middle (kh//2, kw//2) on the place of the winner. Atoms overlap, and
    near a border a part of them is cut off; beware of negative indices, which NumPy counts from the other end.
    It is easiest to work in images with a rim, and to cut that off at the end. A loop over the winners is fine.
    """
    raise NotImplementedError


def value_gradient(dy, n, y, x, f, D):
    """Gradient of the loss with respect to the values of the winners.

    Parameters
    ----------
    dy : ndarray, shape (N, H, W, C)
        dL/dx_hat, of the images that ``decode_winners`` gave.
    n, y, x, f : ndarray of int, shape (R,)
        Image, line, column and feature map of each winner, as above.
    D : ndarray, shape (F, kh, kw, C)
        Atoms, kh and kw odd.

    Returns
    -------
    dvalue : ndarray, shape (R,)

    Hints
    -----
    Which pixels does value[r] touch, and with what factor? Sum over them, and over the channels. Pixels beyond the
    border do not exist and count as zero. If several winners have the same place, each gets its own number.
    Why are neither value nor b among the arguments?
    """
    raise NotImplementedError
