"""Exercise 12: spatial sparsity. Each feature map is active at one place only.

In every map of every image only the largest activity is kept. Maps do not compete with each other, nor do images.
Among equal activities the first one in reading order (line by line, from the left) wins. There is one winner even
in a map that is zero everywhere.
"""

import numpy as np


def spatial_forward(h):
    """The sparse maps and their winners.

    Parameters
    ----------
    h : ndarray, shape (N, H, W, F)
        F feature maps of N images, after ReLU.

    Returns
    -------
    z : ndarray, shape (N, H, W, F)
        h at the winners, zero elsewhere.
    mask : ndarray of bool, shape (N, H, W, F)
        One True in each of the N*F maps.

    Hints
    -----
    A comparison with the maximum marks every pixel that is equal to it. NumPy can tell the first position of the
    largest along one axis; H and W are two axes, but a reshape makes them one. Do not move F out of its place
    without moving it back.
    """
    raise NotImplementedError


def spatial_backward(dz, mask):
    """Gradient of the loss with respect to the maps h.

    Parameters
    ----------
    dz : ndarray, shape (N, H, W, F)
        dL/dz.
    mask : ndarray of bool, shape (N, H, W, F)
        The winners of the forward pass.

    Returns
    -------
    dh : ndarray, shape (N, H, W, F)
    """
    raise NotImplementedError
