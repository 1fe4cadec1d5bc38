"""Numbers as JSON holds them, with the digits that a reader can use."""

from __future__ import annotations

import json
import math
from typing import Any

import numpy as np

CURVES = ("loss", "sparsity", "dead", "lr", "seconds")


def rounded(values: Any, digits: int = 3) -> Any:
    """An array, or a number, as lists of floats with this many significant digits; what is not finite becomes None.

    >>> rounded(np.array([[0.123456, 1234.5], [float("nan"), 0.0]]))
    [[0.123, 1230.0], [None, 0.0]]
    """
    if isinstance(values, np.ndarray) and values.ndim:
        return [rounded(value, digits) for value in values.tolist()]
    if isinstance(values, list):
        return [rounded(value, digits) for value in values]
    return float(f"{float(values):.{digits}g}") if values is not None and math.isfinite(values) else None


def columns(**arrays: np.ndarray) -> dict[str, list]:
    """Each array by its name, `rounded`."""
    return {name: rounded(array) for name, array in arrays.items()}


def curves(rows: list[dict[str, Any]]) -> dict[str, list] | None:
    """The columns of a history that a report draws, and ``epoch``; None without any row.

    Rows of another program may lack some, or count no epochs: then they are counted here.

    >>> curves([{"loss": 2.5}, {"loss": 1.25}])
    {'epoch': [1.0, 2.0], 'loss': [2.5, 1.25]}
    """
    if not rows:
        return None
    drawn = {name: [row[name] for row in rows] for name in CURVES if all(name in row for row in rows)}
    epochs = [row.get("epoch", i + 1) for i, row in enumerate(rows)]
    return {"epoch": rounded(epochs, 12), **{name: rounded(values, 5) for name, values in drawn.items()}}


def settings_of(settings: dict[str, Any]) -> dict[str, Any]:
    """Settings that files may hold, without those that are None; NaN and infinity, which JSON lacks, become texts.

    >>> settings_of({"lr": float("nan"), "units": [20, 10], "patch": None})
    {'lr': 'NaN', 'units': [20, 10]}
    """
    given = {name: value for name, value in settings.items() if value is not None}
    return json.loads(json.dumps(given, default=str), parse_constant=str)


def counts(active: np.ndarray, bins: int = 30) -> dict[str, list]:
    """How many units are active on an image: a histogram over the images of a mask (N, M).

    Returns
    -------
    dict
        "edges" (B + 1) in units, whole numbers; "count" (B) of images.
    """
    of_image = active.sum(axis=1)
    low, high = int(of_image.min()), int(of_image.max())
    width = max(1, math.ceil((high + 1 - low) / bins))
    edges = np.arange(low, high + width + 1, width)
    return {"edges": edges.tolist(), "count": np.histogram(of_image, edges)[0].tolist()}
