"""Which classes a unit prefers."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np


class ClassNumbers(NamedTuple):
    """How M units respond to K classes.

    Attributes
    ----------
    classes : ndarray of int, shape (K,)
        The labels that occur, sorted.
    active : ndarray, shape (M, K)
        Share of a class' images on which a unit is active, in [0, 1].
    mean : ndarray, shape (M, K)
        A unit's mean activity on all images of a class.
    preferred : ndarray of int, shape (M,)
        Place in `classes` of the largest mean, the first among equals; -1 for a unit that is zero on all images.
    purity : ndarray, shape (M,)
        That mean over the sum of the means of all classes: 1 if a unit responds to one class alone, 1/K if to all
        alike; 0 for a unit that is zero on all images.
    """

    classes: np.ndarray
    active: np.ndarray
    mean: np.ndarray
    preferred: np.ndarray
    purity: np.ndarray


def class_numbers(values: np.ndarray, labels: np.ndarray, threshold: float = 0.0) -> ClassNumbers:
    """The `ClassNumbers` of activities `values`, (N, M), none of them negative, on images with these `labels`, (N,)."""
    classes, of_image = np.unique(labels, return_inverse=True)
    members = (of_image == np.arange(len(classes))[:, None]).astype("float64")  # (K, N)
    n_images = members.sum(axis=1)  # (K,)
    mean = (members @ values).T / n_images  # (M, K)
    active = (members @ (values > threshold)).T / n_images
    total = mean.sum(axis=1)
    preferred = np.where(total > 0, mean.argmax(axis=1), -1)
    purity = mean.max(axis=1) / np.where(total > 0, total, 1)
    return ClassNumbers(classes, active, mean, preferred, purity)


def class_table(numbers: ClassNumbers) -> tuple[np.ndarray, np.ndarray]:
    """How often the units that prefer one class are active on each class, like a classifier's confusion table.

    Returns
    -------
    count : ndarray of int, shape (K,)
        Units that prefer each class.
    table : ndarray, shape (K, K)
        Line i, column j: the share of the images of class j on which a unit that prefers class i is active, the mean
        over these units; 0 where there are none.
    """
    belongs = (numbers.preferred == np.arange(len(numbers.classes))[:, None]).astype("float64")  # (K, M)
    count = belongs.sum(axis=1)
    return count.astype(int), belongs @ numbers.active / np.maximum(count, 1)[:, None]
