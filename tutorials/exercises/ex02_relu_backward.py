"""Exercise 2: the gradient of the rectifier.

Forward, entry by entry::

    h = max(a, 0)
"""

import numpy as np


def relu_backward(dh, a):
    """Gradient of the loss with respect to the pre-activation a.

    Parameters
    ----------
    dh : ndarray, any shape
        dL/dh.
    a : ndarray, the shape of dh
        What went into the rectifier.

    Returns
    -------
    da : ndarray, the shape of a

    Hints
    -----
    Draw h over a. What is its slope on either side of zero? At zero itself there is none; here it is taken as 0,
    so that a unit with an activation of exactly zero gets no gradient. The sign of a matters, not that of dh.
    """
    raise NotImplementedError
