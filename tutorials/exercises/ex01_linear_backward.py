"""Exercise 1: the gradients of a linear map.

Forward, for a mini-batch of N samples::

    y = x W + b         in components   y[n, j] = sum_i x[n, i] W[i, j] + b[j]

You are given dy, the gradient of a scalar loss L with respect to every entry of y. Find the gradients of L with
respect to all inputs. A gradient has the shape of its array: dW has the shape of W.
"""

import numpy as np


def linear_backward(dy, x, W):
    """Gradients of the loss with respect to x, W and b.

    Parameters
    ----------
    dy : ndarray, shape (N, M)
        dL/dy.
    x : ndarray, shape (N, D)
    W : ndarray, shape (D, M)

    Returns
    -------
    dx : ndarray, shape (N, D)
    dW : ndarray, shape (D, M)
    db : ndarray, shape (M,)

    Hints
    -----
    Write the chain rule for one entry, such as W[2, 1]: which entries of y does it touch, and with what factor?
    Sum over them. Then look for the matrix product that is this sum; the shapes leave little choice. Note that
    b[j] touches y[n, j] for every n. dy already contains the factors of the loss: add none of your own.
    """
    raise NotImplementedError
