"""Exercise 11: the gradients of a convolution.

Forward, with windows as in exercise 9, u and v counted from the upper left corner of a window::

    y[n, i, j, f] = b[f] + sum over u, v, c of x[n, i + u - kh//2, j + v - kw//2, c] W[u, v, c, f]

x is zero beyond its border.
"""

import numpy as np


def conv2d_backward(dy, x, W):
    """Gradients of the loss with respect to x, W and b.

    Parameters
    ----------
    dy : ndarray, shape (N, H, W, F)
        dL/dy.
    x : ndarray, shape (N, H, W, C)
    W : ndarray, shape (kh, kw, C, F)
        Filters, kh and kw odd.

    Returns
    -------
    dx : ndarray, shape (N, H, W, C)
    dW : ndarray, shape (kh, kw, C, F)
    db : ndarray, shape (F,)

    Hints
    -----
    With im2col the convolution is the linear map of exercise 1, and you know its three gradients. One of them is
    then a gradient with respect to windows: exercise 10 brings it back to pixels. Mind the shapes that a
    filter, and dy, have to take for the matrix products.
    """
    raise NotImplementedError
