"""Exercise 7: the free energy of a restricted Boltzmann machine, and its gradient.

Visible units v and hidden units h are 0 or 1. A pair of states has the energy::

    E(v, h) = - sum_ij v[i] W[i, j] h[j] - sum_i b_v[i] v[i] - sum_j b_h[j] h[j]

and the free energy F of v alone is defined by a sum over all 2^M states of the hidden units::

    exp(-F(v)) = sum over h of exp(-E(v, h))
"""

import numpy as np


def free_energy_forward(v, W, b_v, b_h):
    """Free energy of each visible state, without a sum over 2^M terms.

    Parameters
    ----------
    v : ndarray, shape (N, D)
        One state in each row; the values may lie between 0 and 1, too.
    W : ndarray, shape (D, M)
    b_v : ndarray, shape (D,)
    b_h : ndarray, shape (M,)

    Returns
    -------
    F : ndarray, shape (N,)

    Hints
    -----
    Given v the hidden units are independent of each other, so the sum over all h is a product with one factor for
    each hidden unit: the term for h[j] = 0 plus the term for h[j] = 1. Take the logarithm. The exponential of
    1000 overflows, although the logarithm of a sum that contains it is small; NumPy has a function that adds two
    numbers given by their logarithms.
    """
    raise NotImplementedError


def free_energy_backward(dF, v, W, b_h):
    """Gradients of the loss with respect to the parameters.

    Parameters
    ----------
    dF : ndarray, shape (N,)
        dL/dF, one value for each sample.
    v : ndarray, shape (N, D)
    W : ndarray, shape (D, M)
    b_h : ndarray, shape (M,)

    Returns
    -------
    dW : ndarray, shape (D, M)
    db_v : ndarray, shape (D,)
    db_h : ndarray, shape (M,)

    Hints
    -----
    Differentiate what a single hidden unit adds to F by its pre-activation: you will meet the probability that
    this unit is 1. From there it is the linear map of exercise 1. Why is b_v not among the arguments?
    """
    raise NotImplementedError
