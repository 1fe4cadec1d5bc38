"""Lifetime sparsity: each hidden unit keeps its k largest activations across the mini-batch.

Units compete with themselves over time, not with each other. The constraint belongs to training; at test
time it is released (Makhzani and Frey 2015, section 2).
"""

from __future__ import annotations

import math

from wta_np._utils.validation import check_arrays, check_int, check_number, check_same_shape
from wta_np.backend import Array, array_module


def winners_per_unit(rate: float, n: int) -> int:
    """How many of `n` samples a unit may be active on: ``k = max(1, floor(rate * n + 1e-9))``.

    The small addend undoes the rounding of binary fractions: 0.29 * 100 is 28.999999999999996.

    Parameters
    ----------
    rate : float in (0, 1]
        Share of the mini-batch that wins, such as 0.05.
    n : int
        Samples in the mini-batch.

    Returns
    -------
    k : int in [1, n]

    Raises
    ------
    TypeError, ValueError
        If `rate` is outside (0, 1], or `n` is not a whole number of at least 1.

    Examples
    --------
    >>> winners_per_unit(0.05, 100), winners_per_unit(0.29, 100), winners_per_unit(0.05, 10)
    (5, 29, 1)
    """
    rate = check_number("rate", rate, 0, 1, above=True)
    n = check_int("n", n, 1)
    return max(1, math.floor(rate * n + 1e-9))


def lifetime_mask(h: Array, k: int) -> Array:
    """Who wins: exactly `k` samples of each unit, the largest; among equals the lower sample index.

    The k-th largest value of a unit is its threshold t. With a unit's values in one run of memory, sorting
    them takes two thirds of the time of partitioning columns (measured in float32, 100 to 500 samples). Everything
    above t wins. Values equal to t win in the order of their index until the unit has k winners.

    Parameters
    ----------
    h : ndarray, shape (N, ...)
        Activations. Every axis but the first counts units.
    k : int in [1, N]
        Winners per unit.

    Returns
    -------
    mask : ndarray of bool, shape (N, ...)
        Exactly k True along the first axis.

    Raises
    ------
    TypeError, ValueError
        If `h` is not an array of floats, holds NaN, or `k` is not a whole number in [1, N].

    Examples
    --------
    >>> import numpy
    >>> lifetime_mask(numpy.array([[1.0, 5.0], [3.0, 5.0], [2.0, 0.0]]), k=1).astype(int)
    array([[0, 1],
           [1, 0],
           [0, 0]])
    """
    xp = check_arrays(h=(h, "N ..."))
    n = len(h)
    k = check_int("k", k, 1, n)
    flat = h.reshape(n, math.prod(h.shape[1:]))  # (N, units)
    largest = xp.sort(xp.ascontiguousarray(flat.T), axis=1)[:, n - k :]  # (units, k), the k-th largest first
    if bool(xp.isnan(largest).any()):  # NaN counts as larger than anything
        raise ValueError("h contains NaN, which cannot be ranked")
    threshold = largest[:, 0]  # (units,)
    mask = flat >= threshold
    if int(xp.count_nonzero(mask)) > k * mask.shape[1]:  # ties at a threshold
        too_many = xp.flatnonzero(mask.sum(axis=0) > k)
        mask[:, too_many] = _break_ties(flat[:, too_many], threshold[too_many], k)
    return mask.reshape(h.shape)


def _break_ties(h, threshold, k):
    """Masks of units (columns) with more than k values at or above their threshold."""
    above = h > threshold
    equal = h == threshold
    places = k - above.sum(axis=0)  # left for those equal to the threshold
    return above | (equal & (equal.cumsum(axis=0) <= places))


def lifetime_forward(h: Array, k: int) -> tuple[Array, Array]:
    """Sparse code: ``z = h * mask``, the losers set to zero.

    Parameters
    ----------
    h : ndarray, shape (N, ...)
        Activations.
    k : int in [1, N]
        Winners per unit, from `winners_per_unit`.

    Returns
    -------
    z : ndarray, shape (N, ...)
    mask : ndarray of bool, shape (N, ...)
        The winners, see `lifetime_mask`. A winner's value may be zero: then the unit was silent on more
        than N - k samples.

    Raises
    ------
    TypeError, ValueError
        As `lifetime_mask`.
    """
    xp = array_module(h=h)
    mask = lifetime_mask(h, k)
    return xp.where(mask, h, xp.zeros_like(h)), mask


def lifetime_backward(dz: Array, mask: Array) -> Array:
    """Gradient with respect to the activations: ``dh = dz * mask``. Only winners get gradient.

    A small change of h changes no winner (unless two values tie), so the mask is a constant and
    ``z = h * mask`` is linear in h. At most k gradients per unit are not zero.

    Parameters
    ----------
    dz : ndarray, shape (N, ...)
        Gradient of the loss with respect to z.
    mask : ndarray of bool, shape (N, ...)
        The winners that `lifetime_forward` chose.

    Returns
    -------
    dh : ndarray, shape (N, ...)

    Raises
    ------
    TypeError, ValueError
        If `dz` is not an array of floats, or the shapes differ.
    """
    check_arrays(dz=(dz, "N ..."))
    check_same_shape(dz=dz, mask=mask)
    return dz * mask
