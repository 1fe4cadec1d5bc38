"""Exercise 8: one step of contrastive divergence (CD-1).

Learning lowers the negative log-likelihood: minus the logarithm of the probability that the machine gives to the data,
averaged over samples. Its gradient is the difference of two averages, one with data on the visible units (the positive
phase), one with samples of the machine (the negative phase). CD-1 takes for the latter what comes back after a single
step::

    p  the probabilities of the hidden units given the data v
    h  a sample of them
    v' a sample of the visible units given h
    q  the probabilities of the hidden units given v'

Given the other layer, the units of a layer are independent, and each is 1 with the probability::

    p[n, j] = sigmoid(sum_i v[n, i] W[i, j] + b_h[j])         sigmoid(a) = 1 / (1 + exp(-a))

and downwards it is the same, with the transposed weights and b_v.
"""

import numpy as np


def cd1_statistics(v, W, b_v, b_h, u_h, u_v):
    """Estimates of the gradients of the negative log-likelihood, averaged over the mini-batch.

    To be used like gradients: w - lr * dw makes the data more probable.

    Parameters
    ----------
    v : ndarray, shape (N, D)
        Data, zeros and ones.
    W : ndarray, shape (D, M)
    b_v : ndarray, shape (D,)
    b_h : ndarray, shape (M,)
    u_h : ndarray, shape (N, M)
        Uniform random numbers between 0 and 1 for sampling h, so that the result can be checked: a unit is 1 where
        its number is below its probability.
    u_v : ndarray, shape (N, D)
        The same for the visible units.

    Returns
    -------
    dW : ndarray, shape (D, M)
    db_v : ndarray, shape (D,)
    db_h : ndarray, shape (M,)

    Hints
    -----
    Take the gradient of the free energy (exercise 7) at the data minus that at v': mind which of the two has the
    minus sign in the end. In the averages stand the probabilities p and q, which have less noise than samples;
    but the way down begins at the sample h, and v' is a sample, too. Each average is over the N samples.
    """
    raise NotImplementedError
