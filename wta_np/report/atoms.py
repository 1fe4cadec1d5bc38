"""The dictionary of any model as pictures: of a stack, drawn through the dictionaries below."""

from __future__ import annotations

from typing import Any

import numpy as np

from wta_np.backend import Array, array_module, to_numpy
from wta_np.data.preparation import Preparation
from wta_np.models import FCWTA, Stack
from wta_np.ops import deconv2d_forward
from wta_np.plots import atom_images


def atom_pictures(
    model: Any, image_shape: tuple[int, ...], preparation: Preparation | None = None, map_shape: Any = None
) -> np.ndarray:
    """Every atom as an image, as `wta_np.plots.dictionary` shows it: ndarray (M, H, W, 1 or 3), in [0, 1].

    `map_shape` is that of the maps (H, W, F) that a dense model of a stack has below it, see `input_maps`.
    """
    atoms = pixel_atoms(model, map_shape)
    return atom_images((preparation or Preparation()).atoms(atoms), image_shape)


def pixel_atoms(model: Any, map_shape: Any = None) -> Array:
    """What each unit adds to a reconstruction of the data: of a stack, its atom drawn through all layers below.

    Dictionaries are linear, so the atom of a unit of the second layer is a sum of atoms of the first. Pooling forgets
    where in a window the largest activity was: each window is drawn at one place.
    """
    atoms = model.atoms
    if not isinstance(model, Stack):
        return atoms
    for below in reversed(model.models[:-1]):
        if not below.outputs_maps:
            atoms = atoms @ below.atoms  # (M, D)
            continue
        if atoms.ndim == 2:
            atoms = atoms.reshape(len(atoms), *map_shape)  # (M, H', W', F)
        atoms = _deconvolved(atoms, below, model.stride)
    return atoms


def filters(model: Any) -> Array | None:
    """What each unit of an untied dense model looks for, shape (M, D): its weights of the encoder.

    None where there is no such picture: tied weights are the atoms, and units behind further layers have none.
    """
    if not isinstance(model, FCWTA) or model.tied or len(model.widths) > 1:
        return None
    return model.params["W_enc"].T


def cosines(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Cosine of each row of `a` with that of `b`: ndarray (M,); 0 where one of them is zero."""
    a, b = (rows.reshape(len(rows), -1).astype("float64") for rows in (a, b))
    norms = np.sqrt((a * a).sum(axis=1) * (b * b).sum(axis=1))
    return (a * b).sum(axis=1) / np.where(norms > 0, norms, 1)


def _deconvolved(atoms: Array, below: Any, stride: int) -> Array:
    """Atoms on the pooled maps of a convolutional model as atoms on its inputs."""
    xp = array_module(atoms=atoms)
    n, height, width, maps = atoms.shape
    border = below.decoder_size // 2  # room for the atoms around
    shape = (n, stride * (height - 1) + 1 + 2 * border, stride * (width - 1) + 1 + 2 * border, maps)
    z = xp.zeros(shape, dtype=atoms.dtype)
    z[:, border : shape[1] - border : stride, border : shape[2] - border : stride] = atoms
    return deconv2d_forward(z, below.params["W_dec"], xp.zeros_like(below.params["b_dec"]))


def input_maps(model: Any, x: Array) -> tuple[int, ...] | None:
    """Shape (H, W, F) of the pooled maps below a dense model of a stack, for inputs like `x`; None without any."""
    if not isinstance(model, Stack):
        return None
    for i in range(1, len(model.models)):
        if model.models[i - 1].outputs_maps and not model.models[i].expects_images:
            below: Any = model.models[i - 1]
            h = Stack(model.models[:i], pool=model.pool, stride=model.stride).encode(x[:1])
            pooled, _ = below.pooled(h, model.pool, model.stride)
            return tuple(pooled.shape[1:])
    return None


def atom_norms(model: Any) -> np.ndarray:
    """Euclidean norm of each atom of the top dictionary: ndarray (M,)."""
    atoms = to_numpy(model.atoms)
    return np.sqrt((atoms.reshape(len(atoms), -1).astype("float64") ** 2).sum(axis=1))
