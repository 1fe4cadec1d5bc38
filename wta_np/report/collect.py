"""Everything that a report shows: numbers as JSON holds them, and sheets of pictures."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np

from wta_np.backend import Array, to_numpy
from wta_np.data.preparation import Preparation
from wta_np.models import Stack
from wta_np.plots import atom_images, picture_shape
from wta_np.report.atoms import atom_norms, atom_pictures, cosines, filters, input_maps
from wta_np.report.classes import class_numbers, class_table
from wta_np.report.codes import Codes, shrink_factor, unit_codes, winners
from wta_np.report.neighbors import active_together, nearest_atoms
from wta_np.report.plain import columns, counts, curves, rounded
from wta_np.report.reconstructions import choose_shown, explained_in_training, sweep
from wta_np.report.sprites import Sheet, sheet
from wta_np.report.units import UnitNumbers, strongest_units, unit_numbers

ATOM_LEVELS = 64
MOST_MEASURED = 1000  # images whose explained variance is measured
MOST_IN_SWEEP = 200  # images of the mini-batch that is reconstructed in many ways
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


def collect(
    model: Any,
    shown: Shown,
    preparation: Preparation,
    batch_size: int,
    rows: list[dict[str, Any]],
    class_names: tuple[str, ...] = (),
    progress: bool = False,
) -> tuple[dict[str, Any], dict[str, Sheet]]:
    """(numbers, sheets by name) of a report; `rows` are those of a `History`."""
    codes = unit_codes(model, shown.x, progress=progress)
    threshold = model.activity_threshold
    is_active = codes.values > threshold
    is_winner = winners(codes.values, model.lifetime, batch_size, threshold)
    numbers = unit_numbers(codes.values, threshold)
    atoms = atom_pictures(model, shown.image_shape, preparation, input_maps(model, shown.x))
    reconstructed, x_hats, in_batch = _reconstructions(model, shown, preparation, batch_size)
    used = np.unique(np.concatenate([numbers.top.ravel(), numbers.spread.ravel(), in_batch]))
    used = used[used >= 0]  # images that are drawn
    norms = atom_norms(model)
    reconstructed["images"] = np.searchsorted(used, in_batch).tolist()
    explained = explained_in_training(model, shown.x[:MOST_MEASURED], batch_size)
    found = {
        "units": _units(model, numbers, codes, is_winner, norms, used),
        "classes": _classes(codes.values, shown.labels, threshold, class_names),
        "images": {**_images(shown, used), "strongest": _strongest(codes.values[used], norms)},
        "atom_size": list(atoms.shape[1:3]) if codes.places is not None else None,
        "reconstructions": reconstructed,
        "history": curves(rows),
        "sparsity": {"released": counts(is_active), "constrained": counts(is_winner)},
        "summary": {
            "units": len(norms),
            "images": len(shown.x),
            "never_active": int((~is_active.any(axis=0)).sum()),
            "never_winner": int((~is_winner.any(axis=0)).sum()),
            "active_per_image": rounded(is_active.sum(axis=1).mean()),
            "winners_per_image": rounded(is_winner.sum(axis=1).mean()),
            "explained_variance": None if explained is None else rounded(explained),
            "batch_size": batch_size,
            "threshold": threshold,
            "lifetime": model.lifetime,
        },
    }
    pictures = shown.pictures[used].reshape(-1, *shown.image_shape)
    sheets = {
        "atoms": sheet(atoms, ATOM_LEVELS, shrink_factor(atoms.shape[1:])),
        "images": sheet(pictures, shrink=shrink_factor(shown.image_shape)),
        "reconstructions": sheet(x_hats, shrink=shrink_factor(shown.image_shape)),
    }
    encoder = filters(model)
    if encoder is not None:
        encoder = to_numpy(encoder)
        found["units"] |= columns(match=cosines(encoder, to_numpy(model.atoms)))
        images = atom_images(preparation.atoms(np.ascontiguousarray(encoder)), shown.image_shape)
        sheets["filters"] = sheet(images, ATOM_LEVELS, shrink_factor(images.shape[1:]))
    return found, sheets


def _units(
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


def _images(shown: Shown, used: np.ndarray) -> dict[str, Any]:
    """What there is to know of the images on the sheet."""
    height, width, _ = shown.image_shape
    labels = None
    if shown.labels is not None:
        labels = np.searchsorted(np.unique(shown.labels), shown.labels[used]).tolist()
    return {"number": shown.number[used].tolist(), "label": labels, "height": height, "width": width}


def _strongest(values: np.ndarray, norms: np.ndarray) -> list[list]:
    """For each image the units that add most to it, as pairs of unit and activity."""
    index, activity = strongest_units(values, norms, MOST_STRONGEST)
    pairs = zip(index.tolist(), rounded(activity))
    return [[[unit, value] for unit, value in zip(*image) if value > 0] for image in pairs]


def _classes(values: np.ndarray, labels: np.ndarray | None, threshold: float, names: tuple[str, ...]) -> Any:
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


def _reconstructions(model: Any, shown: Shown, preparation: Preparation, batch_size: int) -> Any:
    """(numbers, pictures of all steps one after the other, which images): the first row is what the model sees."""
    n = min(batch_size, MOST_IN_SWEEP, len(shown.x))
    x = shown.x[:n]
    chosen = choose_shown(None if shown.labels is None else shown.labels[:n], n)
    steps = sweep(model, x, chosen)
    rows = [to_numpy(x)[chosen], *(step.x_hat for way in steps.values() for step in way)]
    is_stack = isinstance(model, Stack)
    pictures = [
        _pictures(row, preparation, shown.image_shape, is_stack and i > 0) for i, row in enumerate(rows)
    ]
    numbers: dict[str, Any] = {"batch": n, "stack": is_stack}
    for name, way in steps.items():
        numbers[name] = {
            "setting": [step.setting for step in way],
            **columns(winners=np.array([step.winners for step in way])),
            "explained": [None if s.explained is None else rounded(s.explained) for s in way],
        }
    return numbers, np.concatenate(pictures), chosen


def _pictures(
    x: np.ndarray, preparation: Preparation, shape: tuple[int, int, int], is_scaled: bool
) -> np.ndarray:
    """Inputs of the model as pixels; those that went down a stack are scaled, since its layers are released."""
    pictures = preparation.pictures(x).reshape(len(x), *shape)
    if is_scaled:
        pictures = pictures / np.maximum(pictures.max(axis=(1, 2, 3), keepdims=True), 1e-12)
    return pictures
