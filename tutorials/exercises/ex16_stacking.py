"""Exercise 16: the gradient that a stack does not compute.

The second layer of a stack reconstructs the codes z of the first, with tied weights::

    a = z W + b_enc                 (N, M)
    h = max(a, 0)                   (N, M)
    c = h, but for the k winners of each unit all zero (exercise 3)
    z_hat = c W.T + b_dec           (N, D)
    L = 1/(2N) sum over n and i of (z_hat[n, i] - z[n, i])^2

Greedy training takes z for fixed. Here it is not: find what L says to the layer below.
"""

import numpy as np


def top_loss_and_grads(z, W, b_enc, b_dec, k):
    """The loss of the second layer, and its gradients with respect to the codes below and to its weights.

    Parameters
    ----------
    z : ndarray, shape (N, D)
        Codes of the first layer.
    W : ndarray, shape (D, M)
        Weights of the encoder; the decoder's are W.T.
    b_enc : ndarray, shape (M,)
    b_dec : ndarray, shape (D,)
    k : int
        Winners of each unit.

    Returns
    -------
    loss : float
    dz : ndarray, shape (N, D)
    dW : ndarray, shape (D, M)

    Hints
    -----
    Begin with exercise 5. How many times does z stand in the equations above? Every place adds a term to dz. The
    target is one of these places, and there the derivative has the other sign. How many times does W stand there?
    What comes to the decoder, W.T, has to be transposed before it is added.
    """
    raise NotImplementedError
