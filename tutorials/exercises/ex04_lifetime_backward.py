"""Exercise 4: the derivative of "keep the k largest".

Forward, with the mask of exercise 3::

    z = h where the mask is True, and 0 elsewhere

The mask depends on h. But does it change when h changes a little?
"""

import numpy as np


def lifetime_backward(dz, mask):
    """Gradient of the loss with respect to the activations h.

    Parameters
    ----------
    dz : ndarray, shape (N, ...)
        dL/dz.
    mask : ndarray of bool, shape (N, ...)
        The winners of the forward pass.

    Returns
    -------
    dh : ndarray, shape (N, ...)

    Hints
    -----
    Move one activation by a tiny amount: which entries of z follow, if it belongs to a winner, and if it belongs
    to a loser? Do not change dz: return a new array.
    """
    raise NotImplementedError
