"""From a model and images to the file."""

from __future__ import annotations

import os
import platform
from typing import Any

import numpy as np

from wta_np import __version__
from wta_np._utils.atomic import write_whole
from wta_np._utils.text import visible
from wta_np._utils.validation import check_int
from wta_np.backend import to_backend
from wta_np.data.preparation import Preparation
from wta_np.models import RBM, Stack
from wta_np.report.codes import shown_images
from wta_np.report.collect import collect
from wta_np.report.page import page
from wta_np.report.plain import settings_of
from wta_np.report.tables import Shown

N_IMAGES = 3000
MOST_CLASSES = 100


def write_report(
    path: str | os.PathLike,
    model: Any,
    images: np.ndarray,
    labels: np.ndarray | None = None,
    *,
    class_names: tuple[str, ...] = (),
    preparation: Preparation | None = None,
    history: Any = None,
    settings: dict[str, Any] | None = None,
    title: str | None = None,
    batch_size: int = 100,
    n_images: int | None = None,
    progress: bool = False,
) -> None:
    """Write a report of a model as one HTML file, whole or not at all.

    Parameters
    ----------
    path : str or path
        The file.
    model : Model
        Any of `wta_np.models`, on any backend.
    images : ndarray, shape (N, H, W, C) or (N, D)
        Pixels in [0, 1]; best those that the model was not trained on.
    labels : ndarray of int, shape (N,), optional
        Of more than 100 classes, whose tables nobody could read, the report says nothing.
    class_names : tuple of str
        What class 0, class 1, ... is called.
    preparation : Preparation, optional
        What was done to images before the model saw them.
    history : History, optional
        Of the training.
    settings : dict, optional
        Names and values that the report is to list. Beside them it lists the model's own.
    title : str, optional
        By default the name of the file.
    batch_size : int
        Images of a mini-batch: lifetime sparsity is defined in one.
    n_images : int, optional
        How many images are looked at; by default 3,000, or fewer large ones.
    progress : bool
        Show a progress bar on standard error.

    Raises
    ------
    TypeError, ValueError
        Images, labels and model do not fit together.
    OSError
        The file cannot be written.

    Examples
    --------
    >>> import tempfile, wta_np
    >>> data = wta_np.load("sample")
    >>> model = wta_np.FCWTA(784, 20)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_report(f"{folder}/report.html", model, data.x_test[:100], data.y_test[:100])
    """
    check_int("batch_size", batch_size, 1)
    if len(images) == 0:
        raise ValueError("images is empty, expected at least one image")
    if labels is not None and len(labels) != len(images):
        raise ValueError(f"labels has length {len(labels)}, expected {len(images)}, one for each image")
    if n_images is None:
        chosen = shown_images(len(images), N_IMAGES, images[0].size)
    else:
        chosen = shown_images(len(images), check_int("n_images", n_images, 1), 1)
    preparation = preparation or Preparation()
    x = model.as_input(preparation.apply(images[chosen])).astype(model.dtype, copy=False)
    x = to_backend(x, model.backend)
    if labels is not None:
        labels = np.asarray(labels)[chosen]
        labels = labels if len(np.unique(labels)) <= MOST_CLASSES else None
    shown = Shown(images[chosen], x, labels, chosen)
    rows = list(history) if history is not None else []
    numbers, sheets = collect(model, shown, preparation, batch_size, rows, class_names, progress)
    numbers |= {
        "title": visible(title or os.path.splitext(os.path.basename(path))[0]),
        "model": repr(model),
        "word": "map" if model.outputs_maps else "unit",
        "adds_to": _adds_to(model),
        "settings": settings_of({**(settings or {}), "model": repr(model)}),
        "versions": {
            "wta_np": __version__,
            "NumPy": np.__version__,
            "Python": platform.python_version(),
        },
    }
    with write_whole(path, "w") as file:
        file.write(page(numbers, sheets))


def _adds_to(model: Any) -> str:
    """To what the atoms of a model add, in words."""
    top = model.top if isinstance(model, Stack) else model
    return "the log odds of a reconstruction" if isinstance(top, RBM) else "a reconstruction"
