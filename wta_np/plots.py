"""Pictures: dictionaries, reconstructions, learning curves, activity. Each function returns a Figure.

Nothing here touches pyplot or its global state, so that it works without a screen. A notebook shows a figure that
is the result of a cell, without ``%matplotlib inline``; `save_figure` writes it into a file.
"""

from __future__ import annotations

import math
import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from wta_np._utils.atomic import write_whole
from wta_np._utils.figure import Figure
from wta_np.backend import to_numpy

if TYPE_CHECKING:
    from wta_np.training import History


def save_figure(figure: Figure, path: str | os.PathLike, dpi: float = 120) -> None:
    """Write a figure as PNG, whole or not at all; OSError if the folder cannot be written."""
    with write_whole(path) as file:
        figure.savefig(file, format="png", dpi=dpi)


def tile(images: np.ndarray, columns: int, gap: int = 1, background: float = 1.0) -> np.ndarray:
    """One large image from many small ones, row by row.

    Parameters
    ----------
    images : ndarray, shape (n, H, W, C)
        Values in [0, 1].
    columns : int
    gap : int
        Pixels between neighbours.
    background : float
        Value of the gaps and of places without image.

    Returns
    -------
    ndarray, shape (rows * (H + gap) - gap, columns * (W + gap) - gap, C)
    """
    n, height, width, channels = images.shape
    rows = math.ceil(n / columns)
    page = np.full((rows, height + gap, columns, width + gap, channels), background)
    for i, image in enumerate(images):
        page[i // columns, :height, i % columns, :width] = image
    page = page.reshape(rows * (height + gap), columns * (width + gap), channels)
    return page[: page.shape[0] - gap, : page.shape[1] - gap]


def dictionary(atoms: Any, image_shape: Sequence[int], n: int = 100, columns: int | None = None) -> Figure:
    """The first `n` atoms of a dictionary, each on its own scale.

    Grey is zero, white or black the weight of largest size.

    Parameters
    ----------
    atoms : ndarray, shape (M, D) or (M, H, W, C)
        Row j is what unit j adds to a reconstruction.
    image_shape : tuple (H, W, C)
        Of atoms that come as rows.
    n, columns : int
        By default as many columns as make the page square.

    Returns
    -------
    matplotlib.figure.Figure
    """
    return _show(atom_page(atoms, image_shape, n, columns))


def atom_page(atoms: Any, image_shape: Sequence[int], n: int = 100, columns: int | None = None) -> np.ndarray:
    """The image that `dictionary` shows, with its arguments: ndarray, see `tile`, values in [0, 1]."""
    images = atom_images(to_numpy(atoms)[:n], image_shape)
    return tile(images, columns or math.ceil(len(images) ** 0.5))


def atom_images(atoms: Any, image_shape: Sequence[int]) -> np.ndarray:
    """Every atom as an image, on its own scale: zero is 0.5, the weight of largest size 0 or 1.

    Parameters
    ----------
    atoms : ndarray, shape (M, D) or (M, H, W, C)
    image_shape : tuple (H, W, C)
        Of atoms that come as rows; where it does not fit, they are strips of one line.

    Returns
    -------
    ndarray, shape (M, H, W, 1 or 3)
        In [0, 1]. Of another number of channels, such as feature maps, it shows the mean.
    """
    atoms = to_numpy(atoms)
    if atoms.ndim == 2:
        atoms = atoms.reshape(len(atoms), *picture_shape(image_shape, atoms[0].size))
    if atoms.shape[3] not in (1, 3):
        atoms = atoms.mean(axis=3, keepdims=True)
    largest = np.abs(atoms).max(axis=(1, 2, 3), keepdims=True)
    return 0.5 + 0.5 * atoms / np.maximum(largest, 1e-12)


def reconstructions(x: Any, *x_hats: Any, image_shape: Sequence[int], n: int = 12) -> Figure:
    """The first `n` images, and below them their reconstructions, a row for each kind of them.

    Parameters
    ----------
    x, *x_hats : ndarray, shape (N, D) or (N, H, W, C)
        Values in [0, 1]; a reconstruction beyond that is clipped.
    image_shape : tuple (H, W, C)
    n : int

    Returns
    -------
    matplotlib.figure.Figure
    """
    rows = np.concatenate([to_numpy(images)[:n] for images in (x, *x_hats)])
    rows = rows.reshape(len(rows), *picture_shape(image_shape, rows[0].size))
    return _show(tile(np.clip(rows, 0, 1), columns=min(n, len(x))))


def learning_curve(history: History) -> Figure:
    """Loss against epochs on the left; sparsity and dead units on the right."""
    figure = Figure(figsize=(9, 3.4), layout="constrained")
    left, right = figure.subplots(1, 2)
    epochs = history["epoch"]
    left.plot(epochs, history["loss"], "o-", ms=3, color="tab:blue")
    left.set(xlabel="epoch", ylabel="loss per image (half the squared error)", yscale="log")
    for column, label in (("sparsity", "winners above zero"), ("dead", "units without any")):
        right.plot(epochs, [100 * v for v in history[column]], "o-", ms=3, label=label)
    right.set(xlabel="epoch", ylabel="percent", ylim=(0, None))
    right.legend()
    for axes in (left, right):
        axes.grid(alpha=0.3)
        axes.xaxis.get_major_locator().set_params(integer=True)
    return figure


def activity_histogram(released: Any, constrained: Any, rate: float | None = None) -> Figure:
    """How often units are active: in training, with the constraint, and at test time, without.

    Parameters
    ----------
    released, constrained : ndarray, shape (M,)
        Each unit's lifetime sparsity, the share of samples on which it is active.
    rate : float, optional
        The share that the constraint allows.

    Returns
    -------
    matplotlib.figure.Figure
    """
    figure = Figure(figsize=(7, 3.4), layout="constrained")
    axes = figure.subplots()
    shares = {"released, as at test time": released, "constrained, as in training": constrained}
    top = max(float(to_numpy(share).max()) for share in shares.values())
    bins = np.linspace(0, 100 * max(top, 0.01), 50)
    for label, share in shares.items():
        axes.hist(100 * to_numpy(share), bins=bins, alpha=0.6, label=label)
    if rate is not None:
        axes.axvline(100 * rate, color="black", ls=":", label=f"lifetime sparsity {rate:.0%}")
    axes.set(xlabel="percent of images on which a unit is active", ylabel="units", yscale="symlog")
    axes.legend()
    return figure


def feature_maps(rows: dict[str, np.ndarray], n: int = 16) -> Figure:
    """One image's feature maps at several stages, a row for each; every map on its own scale.

    Parameters
    ----------
    rows : dict of str to ndarray, shape (H, W, F)
        Label of each row -> maps. They may differ in size.
    n : int
        How many maps.

    Returns
    -------
    matplotlib.figure.Figure
    """
    n = min(n, *(maps.shape[2] for maps in rows.values()))
    figure = Figure(figsize=(n * 0.8 + 0.4, len(rows) * 0.9), layout="constrained")
    for axes, (label, maps) in zip(figure.subplots(len(rows), n, squeeze=False), rows.items()):
        for f, place in enumerate(axes):
            place.imshow(maps[:, :, f], cmap="gray", vmin=0, vmax=max(float(maps[:, :, f].max()), 1e-12))
            place.set(xticks=[], yticks=[])
        axes[0].set_ylabel(label, fontsize=8)
    return figure


def picture_shape(image_shape: Sequence[int], size: int) -> tuple[int, int, int]:
    """(H, W, C) of an image of `size` values; a strip of one line if `image_shape` is none of that size."""
    shape = tuple(image_shape)
    return shape if len(shape) == 3 and math.prod(shape) == size else (1, size, 1)


def _show(page):
    """A figure that is one image, at a whole number of pixels per pixel."""
    height, width, channels = page.shape
    zoom = max(1, round(900 / max(height, width)))
    figure = Figure(figsize=(width * zoom / 120, height * zoom / 120))
    axes = figure.add_axes((0, 0, 1, 1))
    axes.axis("off")
    picture = page if channels == 3 else page[:, :, 0]
    axes.imshow(picture, cmap="gray", vmin=0, vmax=1, interpolation="nearest")
    return figure
