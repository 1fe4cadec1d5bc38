"""Exercise 18: two other ways to compete.

Lifetime sparsity (exercise 3) lets each unit choose its samples. Its relatives choose otherwise: each sample its
units, as a k-sparse autoencoder does, or the whole mini-batch its largest activations, wherever they are.
"""

import numpy as np


def per_sample_mask(h, k):
    """The k largest activations of each sample.

    Parameters
    ----------
    h : ndarray, shape (N, M)
        Activations.
    k : int in [1, M]

    Returns
    -------
    mask : ndarray of bool, shape (N, M)
        Exactly k True in each row. If values tie for the last place, the unit with the lower index wins.

    Hints
    -----
    It is exercise 3 along the other axis.
    """
    raise NotImplementedError


def over_batch_mask(h, k):
    """The k largest activations of the mini-batch.

    Parameters
    ----------
    h : ndarray, shape (N, M)
        Activations.
    k : int in [1, N M]

    Returns
    -------
    mask : ndarray of bool, shape (N, M)
        Exactly k True in all. If values tie for the last place, the first in reading order wins: lower rows before
        higher ones, and within a row lower columns.

    Hints
    -----
    The whole batch is one long column. In which order does NumPy read a matrix when it is made one?
    """
    raise NotImplementedError
