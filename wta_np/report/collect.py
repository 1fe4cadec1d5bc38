"""Everything that a report shows: numbers as JSON holds them, and sheets of pictures."""

from __future__ import annotations

from typing import Any

import numpy as np

from wta_np.backend import to_numpy
from wta_np.data.preparation import Preparation
from wta_np.models import Stack
from wta_np.plots import atom_images
from wta_np.report.atoms import atom_norms, atom_pictures, cosines, filters, input_maps
from wta_np.report.codes import shrink_factor, unit_codes, winners
from wta_np.report.plain import columns, counts, curves, rounded
from wta_np.report.reconstructions import choose_shown, explained_in_training, sweep
from wta_np.report.sprites import Sheet, sheet
from wta_np.report.tables import Shown, classes_table, images_table, strongest_table, units_table
from wta_np.report.units import unit_numbers

ATOM_LEVELS = 64
MOST_MEASURED = 1000  # images whose explained variance is measured
MOST_IN_SWEEP = 200  # images of the mini-batch that is reconstructed in many ways


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
        "units": units_table(model, numbers, codes, is_winner, norms, used),
        "classes": classes_table(codes.values, shown.labels, threshold, class_names),
        "images": {**images_table(shown, used), "strongest": strongest_table(codes.values[used], norms)},
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
