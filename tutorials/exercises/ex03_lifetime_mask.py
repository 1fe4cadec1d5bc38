"""Exercise 3: lifetime sparsity. Who wins?

Each hidden unit keeps its k largest activations across the mini-batch. Units do not compete with each other:
a unit competes with itself, over the samples. Exactly k samples win for every unit, whatever the values are.
If values tie for the last place, the sample with the lower index wins.
"""

import numpy as np


def winners_per_unit(rate, n):
    """How many of n samples win for each unit: the rate times n, rounded down, but at least one.

    Parameters
    ----------
    rate : float in (0, 1]
        Such as 0.05.
    n : int
        Samples in the mini-batch.

    Returns
    -------
    k : int

    Hints
    -----
    29% of 100 is 29, and 5% of 10 is 1 here. What does Python say to ``0.29 * 100``? The product can
    come out a tiny bit too small; correct that without rounding 28.5 up.
    """
    raise NotImplementedError


def lifetime_mask(h, k):
    """Which samples win, for every unit.

    Parameters
    ----------
    h : ndarray, shape (N, ...)
        Activations. The first axis counts samples; every other axis counts units: with shape (N, 4) there are 4
        units, with (N, 3, 2) there are 6.
    k : int in [1, N]

    Returns
    -------
    mask : ndarray of bool, shape (N, ...)
        Exactly k True in each unit.

    Hints
    -----
    After ReLU many activations are exactly 0, so ties are the rule. A comparison with the k-th largest value
    lets all of them win. NumPy can sort the samples of each unit: read what it guarantees for equal
    values, for the different kinds of sorting. Then mark the first k of this order.
    """
    raise NotImplementedError
