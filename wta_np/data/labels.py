"""A few labels of many: class-balanced subsets for semi-supervised learning."""

from __future__ import annotations

import numpy as np

from wta_np._utils.validation import check_int


def few_labels(y: np.ndarray, n: int, rng: int | np.random.Generator = 0) -> np.ndarray:
    """Indices of a random subset of `n` samples that has each class equally often.

    Classes differ by at most one sample where `n` is not a multiple of their number; which of them have
    one more is drawn, too. The samples are dealt like cards, one of each class a round, so that the first
    m of the result are what the same seed gives for m: larger subsets hold the smaller ones.

    Parameters
    ----------
    y : array, shape (N,)
        The class of each sample, an integer.
    n : int
        Size of the subset, at least the number of classes.
    rng : int or numpy.random.Generator
        The same seed gives the same subset.

    Returns
    -------
    ndarray of int64, shape (n,)
        Indices into `y`, all different, in the order in which they were dealt.

    Raises
    ------
    TypeError
        `y` holds no integers, or `n` is not a whole number.
    ValueError
        `y` is not one row of labels, `n` is too small to have every class, or a class has too few samples.

    Examples
    --------
    >>> y = np.array([7] * 50 + [8] * 30 + [9] * 20)
    >>> some = few_labels(y, 11, rng=0)
    >>> np.bincount(y[some])[7:].tolist()
    [3, 4, 4]
    """
    y = np.asarray(y)
    if y.dtype.kind not in "iu":
        raise TypeError(f"y holds {y.dtype}, expected integers: the class of each sample")
    if y.ndim != 1 or len(y) == 0:
        raise ValueError(f"y has shape {y.shape}, expected (N,) with at least one label")
    rng = np.random.default_rng(rng)
    shuffled = rng.permutation(len(y))
    classes, which, sizes = np.unique(y[shuffled], return_inverse=True, return_counts=True)
    place = rng.permutation(len(classes))  # of each class within a round
    n = check_int("n", n, 1)
    if n < len(classes):
        raise ValueError(f"n is {n}, expected at least {len(classes)}: one label for each class")
    wanted = n // len(classes) + (place < n % len(classes))  # (K,)
    if (sizes < wanted).any():
        i = int((sizes < wanted).argmax())
        raise ValueError(
            f"n is {n}, which takes {wanted[i]} labels of class {classes[i]}, but y has only {sizes[i]} of it"
        )
    turn = np.empty(len(y), np.int64)  # (N,) the round in which each shuffled sample is dealt
    turn[np.argsort(which, kind="stable")] = np.concatenate([np.arange(size) for size in sizes])
    return shuffled[np.lexsort((place[which], turn))[:n]]
