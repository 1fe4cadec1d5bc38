"""Which units are alike: by their atoms, and by when they are active."""

from __future__ import annotations

import numpy as np

ROWS = 500  # units at once, so that no matrix of all pairs is kept


def nearest_atoms(atoms: np.ndarray, n: int = 8) -> tuple[np.ndarray, np.ndarray]:
    """For each atom those with the largest cosine to it: ``a_i . a_j / (|a_i| |a_j|)``, the largest first.

    Parameters
    ----------
    atoms : ndarray, shape (M, ...)
    n : int
        At most M - 1 are returned.

    Returns
    -------
    index : ndarray of int, shape (M, n)
        Never the atom itself.
    cosine : ndarray, shape (M, n)
        0 beside an atom that is zero.
    """
    return _largest_products(_unit_rows(atoms.reshape(len(atoms), -1)), n)


def active_together(values: np.ndarray, n: int = 8) -> tuple[np.ndarray, np.ndarray]:
    """For each unit those whose activities, (N, M), have the largest correlation with its own: as `nearest_atoms`."""
    return _largest_products(_unit_rows((values - values.mean(axis=0)).T), n)


def _unit_rows(rows):
    rows = rows.astype("float32", copy=False)
    norm = np.sqrt((rows * rows).sum(axis=1, keepdims=True))
    return rows / np.where(norm > 0, norm, 1)


def _largest_products(rows, n):
    """(index, product) of the n largest products of each row with the other rows."""
    n = min(n, len(rows) - 1)
    index = np.zeros((len(rows), n), dtype=int)
    product = np.zeros((len(rows), n), dtype=rows.dtype)
    for start in range(0, len(rows), ROWS):
        products = rows[start : start + ROWS] @ rows.T  # (rows, M)
        own = np.arange(len(products))
        products[own, start + own] = -np.inf
        largest = np.argpartition(products, len(rows) - n - 1, axis=1)[:, len(rows) - n :]
        values = np.take_along_axis(products, largest, axis=1)
        largest = np.take_along_axis(largest, np.argsort(-values, axis=1, kind="stable"), axis=1)
        index[start : start + ROWS] = largest
        product[start : start + ROWS] = np.take_along_axis(products, largest, axis=1)
    return index, np.clip(product, -1, 1)
