"""Exercise 5: one training step of a fully connected winner-take-all autoencoder.

Forward::

    a = x W_enc + b_enc             (N, M)
    h = max(a, 0)                   (N, M)
    z = h at the k winners of each unit (exercise 3), 0 elsewhere
    x_hat = z W_dec + b_dec         (N, D)
    L = 1/(2N) sum over n and i of (x_hat[n, i] - x[n, i])^2

Backward: the same lines from the last to the first. You have solved all parts; copy them here.
"""

import numpy as np


def fcwta_loss_and_grads(x, W_enc, b_enc, W_dec, b_dec, k):
    """The loss of a mini-batch and its gradient with respect to every parameter.

    Parameters
    ----------
    x : ndarray, shape (N, D)
    W_enc : ndarray, shape (D, M)
    b_enc : ndarray, shape (M,)
    W_dec : ndarray, shape (M, D)
    b_dec : ndarray, shape (D,)
    k : int
        Winners of each unit.

    Returns
    -------
    loss : float
    dW_enc, db_enc, dW_dec, db_dec : ndarray
        Each of the shape of its parameter.

    Hints
    -----
    Begin with the derivative of L with respect to x_hat: mind the 1/2, the square, and the N. A winner may have
    an activation of zero, if a unit is positive on fewer than k samples: then ReLU stops its gradient. The
    grader names the parameter whose gradient is wrong; the last one in the forward pass is the first to get
    right.
    """
    raise NotImplementedError


def fcwta_step(x, W_enc, b_enc, W_dec, b_dec, k, lr):
    """One step of gradient descent: the parameters after it.

    Parameters
    ----------
    x, W_enc, b_enc, W_dec, b_dec, k
        As above.
    lr : float
        Learning rate.

    Returns
    -------
    W_enc, b_enc, W_dec, b_dec : ndarray
        New arrays; those that came in keep their values.
    """
    raise NotImplementedError
