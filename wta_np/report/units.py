"""Numbers of each unit: how often and how strongly it is active, and the images that excite it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np


class UnitNumbers(NamedTuple):
    """What the activities of M units on N images tell.

    Attributes
    ----------
    active : ndarray, shape (M,)
        Share of the images on which a unit is above the threshold, in [0, 1]. SAE dashboards call it density.
    mean : ndarray, shape (M,)
        Mean activity on these images; 0 if there are none.
    peak : ndarray, shape (M,)
        Largest activity.
    histogram : ndarray of int, shape (M, B)
        Counts of the activities above zero, in B equal bins from 0 to the unit's `peak`.
    top : ndarray of int, shape (M, T)
        The T images with the largest activities, the largest first, the lower index among equals; -1 where a unit
        is above zero on fewer.
    spread : ndarray of int, shape (M, S)
        Images from all of a unit's activities above zero: S of them at equal steps of their rank, from the weakest of
        the first step to the weakest of all. -1 where there are fewer than S.
    """

    active: np.ndarray
    mean: np.ndarray
    peak: np.ndarray
    histogram: np.ndarray
    top: np.ndarray
    spread: np.ndarray


def unit_numbers(
    values: np.ndarray, threshold: float = 0.0, n_top: int = 16, n_spread: int = 8, bins: int = 24
) -> UnitNumbers:
    """The `UnitNumbers` of activities `values`, shape (N, M), none of them negative."""
    is_active = values > threshold
    count = is_active.sum(axis=0)
    total = np.where(is_active, values, 0).sum(axis=0, dtype="float64")
    peak = values.max(axis=0)
    order = np.argsort(-np.ascontiguousarray(values.T), axis=1, kind="stable")  # (M, N)
    positive = (values > 0).sum(axis=0)
    return UnitNumbers(
        count / len(values),
        total / np.maximum(count, 1),
        peak,
        _histograms(values, peak, bins),
        _ranked(order, np.broadcast_to(np.arange(n_top), (len(order), n_top)), positive),
        _ranked(order, _steps(positive, n_spread), positive),
    )


def strongest_units(values: np.ndarray, norms: np.ndarray, n: int) -> tuple[np.ndarray, np.ndarray]:
    """For each image the units that add most to its reconstruction: by activity times norm of the atom.

    Parameters
    ----------
    values : ndarray, shape (N, M)
        Activities.
    norms : ndarray, shape (M,)
        Of the atoms.
    n : int
        At most M are returned.

    Returns
    -------
    index : ndarray of int, shape (N, n)
        The largest contribution first.
    activity : ndarray, shape (N, n)
    """
    n = min(n, values.shape[1])
    added = values * norms
    largest = np.argpartition(added, values.shape[1] - n, axis=1)[:, values.shape[1] - n :]
    order = np.argsort(-np.take_along_axis(added, largest, axis=1), axis=1, kind="stable")
    index = np.take_along_axis(largest, order, axis=1)
    return index, np.take_along_axis(values, index, axis=1)


def _ranked(order, ranks, positive):
    """The images of these ranks, (M, R); -1 for ranks beyond the `positive` ones."""
    n = order.shape[1]
    images = np.take_along_axis(order, np.minimum(ranks, n - 1), axis=1)
    return np.where(ranks < positive[:, None], images, -1)


def _steps(positive, n_steps):
    """(M, S) ranks: the last of each of S equal parts of the `positive` ones; beyond them all if there are fewer."""
    ranks = positive[:, None] * np.arange(1, n_steps + 1) // n_steps - 1
    return np.where(positive[:, None] >= n_steps, ranks, np.iinfo(ranks.dtype).max)


def _histograms(values, peak, bins):
    """(M, B) counts of values above zero, in bins of equal width from 0 to each unit's peak."""
    scale = np.where(peak > 0, peak, 1).astype("float64")
    place = np.minimum((values / scale * bins).astype(int), bins - 1)  # (N, M)
    place += bins * np.arange(values.shape[1])
    counts = np.bincount(place[values > 0], minlength=bins * values.shape[1])
    return counts.reshape(-1, bins)
