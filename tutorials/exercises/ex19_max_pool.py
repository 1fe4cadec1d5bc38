"""Exercise 19: max pooling, there and back.

A window of size x size pixels starts at every stride-th line and column. Window (p, q) covers the lines from
p*stride to p*stride + size - 1 and the columns likewise; what lies over the edge of the map is cut off. Each
window keeps its largest value, and remembers where it was.
"""

import numpy as np


def max_pool_forward(x, size, stride, windows):
    """The largest value of each window, and its place.

    Parameters
    ----------
    x : ndarray, shape (N, H, W, C)
        Maps; values may be negative.
    size : int
        Height and width of a window.
    stride : int
        From window to window; below `size` they overlap.
    windows : tuple (P, Q)
        How many windows there are, down and across. Each has at least one pixel in the map.

    Returns
    -------
    y : ndarray, shape (N, P, Q, C)
    argmax : ndarray of int, shape (N, P, Q, C)
        Place of the largest value in its map, i*W + j for line i and column j; among equals the first in reading
        order.

    Hints
    -----
    A loop over the windows is fine. NumPy's argmax of a window counts inside of the window: turn it into a line and
    a column there, and add where the window starts. A window that is cut has fewer columns than `size`.
    """
    raise NotImplementedError


def max_pool_backward(dy, argmax, shape):
    """Gradient of the loss with respect to the maps.

    Parameters
    ----------
    dy : ndarray, shape (N, P, Q, C)
        dL/dy.
    argmax : ndarray of int, shape (N, P, Q, C)
        As the forward pass gave it.
    shape : tuple (N, H, W, C)
        Of the maps.

    Returns
    -------
    dx : ndarray, shape (N, H, W, C)

    Hints
    -----
    A pixel that is the largest of two windows that overlap touches two entries of y. What happens to ``a[i] += b``
    when an index stands twice in i? NumPy has a function for that, and a loop does it, too.
    """
    raise NotImplementedError
