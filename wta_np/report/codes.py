"""What each unit of a model says of each image: one number, and for a feature map also the place."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np

from wta_np._utils.progress_bar import progress_bar
from wta_np._utils.validation import check_finite
from wta_np.backend import Array, to_numpy
from wta_np.models import Stack
from wta_np.ops import lifetime_mask, spatial_winners, winners_per_unit


class Codes(NamedTuple):
    """Activities of M units, or feature maps, on N images, with the constraints released.

    Attributes
    ----------
    values : ndarray, shape (N, M)
        Of a feature map the largest activity in the image.
    places : ndarray of int, shape (N, M, 2), or None
        Line and column, in pixels of the image, of that largest activity; None if units see whole images.
    map_shape : tuple (H, W) or None
        Of a feature map of the top layer.
    """

    values: np.ndarray
    places: np.ndarray | None
    map_shape: tuple[int, int] | None


def unit_codes(model: Any, x: Array, batch_size: int = 200, progress: bool = False) -> Codes:
    """The `Codes` of a model on its inputs `x`, (N, D) or (N, H, W, C), a batch at a time."""
    values, positions, shape = [], [], None
    with progress_bar(len(x), show=progress, desc="encode", unit="image") as bar:
        for start in range(0, len(x), batch_size):
            h = model.encode(x[start : start + batch_size])
            if h.ndim == 4:
                shape = tuple(h.shape[1:3])
                position, h = spatial_winners(h)  # (N, F)
                positions.append(to_numpy(position))
            values.append(to_numpy(h))
            bar.update(len(h))
    all_values = np.concatenate(values)
    check_finite("the code", all_values)
    places = None
    if shape is not None:
        position = np.concatenate(positions)
        lines, columns = (in_pixels(model, v) for v in (position // shape[1], position % shape[1]))
        places = np.minimum(np.stack([lines, columns], axis=-1), np.array(x.shape[1:3]) - 1)
    return Codes(all_values, places, shape)


def in_pixels(model: Any, place: Any) -> Any:
    """Where in the image a line or column of a top feature map lies: the middle of the windows that were pooled."""
    if isinstance(model, Stack):
        for _ in model.models[:-1]:
            place = place * model.stride + (model.pool - 1) // 2
    return place


def winners(values: np.ndarray, rate: float | None, batch_size: int, threshold: float = 0.0) -> np.ndarray:
    """Which units are active on which images under the constraint, as in training.

    Parameters
    ----------
    values : ndarray, shape (N, M)
        Of `Codes`.
    rate : float in (0, 1], or None
        Lifetime sparsity: in each mini-batch a unit keeps its ``winners_per_unit(rate, n)`` largest activities.
    batch_size : int
        Images of a mini-batch; what is left over at the end is one of its own.
    threshold : float
        A winner counts if it is above this.

    Returns
    -------
    ndarray of bool, shape (N, M)
    """
    active = values > threshold
    if rate is not None:
        for start in range(0, len(values), batch_size):
            batch = values[start : start + batch_size]
            active[start : start + batch_size] &= lifetime_mask(batch, winners_per_unit(rate, len(batch)))
    return active


def shown_images(n: int, wanted: int, size: int, budget: int = 4_000_000) -> np.ndarray:
    """Which of `n` images a report shows: a fixed random choice, fewer if one of `size` values is large.

    Returns
    -------
    ndarray of int
        At most `wanted` of them, in a random order that is always the same, so that data in the order of their classes
        make mini-batches of all classes.
    """
    count = min(n, wanted, max(100, budget // max(1, size)))
    return np.random.default_rng(0).permutation(n)[:count]


def shrink_factor(image_shape: tuple[int, ...], longest: int = 96) -> int:
    """By which whole number the sides of an image are divided, so that none is longer than `longest` pixels."""
    return math.ceil(max(image_shape[:2]) / longest) if len(image_shape) == 3 else 1
