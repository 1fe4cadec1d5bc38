"""How sparse a code is, across samples and across units, and how much of the data it explains."""

from __future__ import annotations

import math
from typing import Any

from wta_np._utils.validation import check_arrays, check_finite, check_same_shape
from wta_np.backend import array_module


def lifetime_sparsity(z: Any) -> Any:
    """Share of the samples on which each unit is active: ``l_j = 1/N * #{n : z_nj != 0}``.

    Parameters
    ----------
    z : ndarray, shape (N, ...)
        Codes. Every axis but the first counts units: in maps (N, H, W, F) each position is one.

    Returns
    -------
    ndarray, shape (...)
        In [0, 1], without unit: (M,) for codes (N, M), (H, W, F) for maps.

    Raises
    ------
    TypeError, ValueError
        If `z` is not an array of floats, is empty, or holds NaN or infinities.

    Examples
    --------
    >>> import numpy
    >>> lifetime_sparsity(numpy.array([[1.0, 0.0], [2.0, 0.0], [0.0, 0.0], [4.0, 5.0]])).tolist()
    [0.75, 0.25]
    """
    _check_codes(z)
    return (z != 0).mean(axis=0)


def population_sparsity(z: Any) -> Any:
    """Share of the units that are active on each sample: ``p_n = 1/M * #{j : z_nj != 0}``.

    Its mean over the samples is that of `lifetime_sparsity` over the units; what differs is the spread.

    Parameters
    ----------
    z : ndarray, shape (N, ...)
        Codes, see `lifetime_sparsity`.

    Returns
    -------
    ndarray, shape (N,)
        In [0, 1], without unit.

    Raises
    ------
    TypeError, ValueError
        As `lifetime_sparsity`.

    Examples
    --------
    >>> import numpy
    >>> population_sparsity(numpy.array([[1.0, 0.0], [2.0, 3.0]])).tolist()
    [0.5, 1.0]
    """
    _check_codes(z)
    return (z.reshape(len(z), math.prod(z.shape[1:])) != 0).mean(axis=1)  # (N,)


def dead_units(z: Any) -> int:
    """Number of units that are never active: ``#{j : z_nj <= 0 for all n}``.

    A winner whose value is zero learns nothing, so only positive values count. To count whole feature maps
    instead of positions, pass ``z.max(axis=(1, 2))``.

    Parameters
    ----------
    z : ndarray, shape (N, ...)
        Codes, see `lifetime_sparsity`.

    Returns
    -------
    int

    Raises
    ------
    TypeError, ValueError
        As `lifetime_sparsity`.

    Examples
    --------
    >>> import numpy
    >>> dead_units(numpy.array([[0.0, 1.0, 0.0], [0.0, 0.0, 2.0]]))
    1
    """
    _check_codes(z)
    return int((~(z > 0).any(axis=0)).sum())


def explained_variance(x: Any, x_hat: Any) -> float:
    """Explained share of the variance: ``1 - sum_n ||x_n - x_hat_n||^2 / sum_n ||x_n - mean||^2``.

    1 for a perfect reconstruction, 0 for one no better than the mean of the samples (each pixel has its
    own mean), negative for a worse one.

    Parameters
    ----------
    x : ndarray, shape (N, ...)
        Data.
    x_hat : ndarray, the shape of x
        Its reconstruction.

    Returns
    -------
    float
        The sums are taken in float64 whatever the dtype of x.

    Raises
    ------
    TypeError, ValueError
        If dtypes, libraries or shapes differ, if there are NaN or infinities, or if all samples are equal
        so that there is no variance to explain.

    Examples
    --------
    >>> import numpy
    >>> explained_variance(numpy.array([[0.0], [2.0]]), numpy.array([[0.5], [1.5]]))
    0.75
    """
    check_arrays(x=(x, "N ..."), x_hat=(x_hat, "N ..."))
    check_same_shape(x=x, x_hat=x_hat)
    if x.size == 0:
        raise ValueError(f"x has shape {x.shape}, expected at least one sample and one feature")
    check_finite("x", x)
    check_finite("x_hat", x_hat)
    if bool((x == x[:1]).all()):  # exact, unlike a sum of squares that rounding keeps from zero
        raise ValueError(f"x holds {len(x)} equal samples, expected samples that differ")
    mean = x.mean(axis=0, dtype="float64").astype(x.dtype)
    return 1 - _sum_of_squares(x - x_hat) / _sum_of_squares(x - mean)


def _sum_of_squares(a):
    return float(array_module(a).multiply(a, a, dtype="float64").sum())


def _check_codes(z):
    check_arrays(z=(z, "N ..."))
    if z.size == 0:
        raise ValueError(f"z has shape {z.shape}, expected at least one sample and one unit")
    check_finite("z", z)
