"""The tables of a report, as JSON holds them: units, classes, and the images on the sheet."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np

from wta_np.backend import Array, to_numpy
from wta_np.plots import picture_shape
from wta_np.report.classes import class_numbers, class_table
from wta_np.report.codes import Codes
from wta_np.report.neighbors import active_together, nearest_atoms
from wta_np.report.plain import columns, rounded
from wta_np.report.units import UnitNumbers, strongest_units

MOST_STRONGEST = 10  # units that are listed for an image


class Shown(NamedTuple):
    """The images of a report.

    Attributes
    ----------
    pictures : ndarray, shape (N, H, W, C) or (N, D)
        As people see them, in [0, 1].
    x : ndarray
        The same as inputs of the model.
    labels : ndarray of int, shape (N,), or None
    number : ndarray of int, shape (N,)
        Which image of its data set each one is.
    """

    pictures: np.ndarray
    x: Array
    labels: np.ndarray | None
    number: np.ndarray

    @property
    def image_shape(self) -> tuple[int, int, int]:
        """(H, W, C) in which an image is drawn."""
        return picture_shape(self.pictures.shape[1:], math.prod(self.pictures.shape[1:]))


def units_table(
    model: Any, numbers: UnitNumbers, codes: Codes, is_winner: np.ndarray, norms: np.ndarray, used: np.ndarray
) -> dict[str, Any]:
    """The columns of the table of units."""
    units: dict[str, Any] = columns(
        active=numbers.active, wins=is_winner.mean(axis=0), mean=numbers.mean, peak=numbers.peak, norm=norms
    )
    units["histogram"] = numbers.histogram.tolist()
    for name, (index, value) in (
        ("nearest", nearest_atoms(to_numpy(model.atoms))),
        ("together", active_together(codes.values)),
    ):
        units[name] = {"unit": index.tolist(), "value": rounded(value)}
    for name in ("top", "spread"):
        units[name] = _examples(getattr(numbers, name), codes, used)
    return units


def _examples(images: np.ndarray, codes: Codes, used: np.ndarray) -> dict[str, list]:
    """Images of each unit, (M, T): their places on the sheet, the activities, and of maps where they were largest."""
    unit = np.broadcast_to(np.arange(len(images))[:, None], images.shape)
    is_there = images >= 0
    found = {
        "image": [row[there].tolist() for row, there in zip(np.searchsorted(used, images), is_there)],
        "value": [rounded(row[there]) for row, there in zip(codes.values[images, unit], is_there)],
    }
    if codes.places is not None:
        found["place"] = [row[there].tolist() for row, there in zip(codes.places[images, unit], is_there)]
    return found


def images_table(shown: Shown, used: np.ndarray) -> dict[str, Any]:
    """What there is to know of the images on the sheet."""
    height, width, _ = shown.image_shape
    labels = None
    if shown.labels is not None:
        labels = np.searchsorted(np.unique(shown.labels), shown.labels[used]).tolist()
    return {"number": shown.number[used].tolist(), "label": labels, "height": height, "width": width}


def strongest_table(values: np.ndarray, norms: np.ndarray) -> list[list]:
    """For each image the units that add most to it, as pairs of unit and activity."""
    index, activity = strongest_units(values, norms, MOST_STRONGEST)
    pairs = zip(index.tolist(), rounded(activity))
    return [[[unit, value] for unit, value in zip(*image) if value > 0] for image in pairs]


def classes_table(
    values: np.ndarray, labels: np.ndarray | None, threshold: float, names: tuple[str, ...]
) -> Any:
    """Names of the classes, what each unit thinks of them, and the table of units by class; None without labels."""
    if labels is None:
        return None
    numbers = class_numbers(values, labels, threshold)
    count, table = class_table(numbers)
    classes = [names[c] if 0 <= c < len(names) else str(c) for c in numbers.classes.tolist()]
    return {
        "names": classes,
        "preferred": numbers.preferred.tolist(),
        **columns(purity=numbers.purity, active=numbers.active, mean=numbers.mean, table=table),
        "count": count.tolist(),
    }
