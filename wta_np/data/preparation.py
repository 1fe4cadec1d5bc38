"""What a run's model is given: whole images or patches, normalised, whitened; and the way back to pictures."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Any

import numpy as np

from wta_np._utils.paths import user_path
from wta_np._utils.validation import check_int
from wta_np.backend import to_numpy
from wta_np.data.contrast import normalise_contrast
from wta_np.data.dataset import Dataset
from wta_np.data.folder import ImageFolder, with_channels
from wta_np.data.idx_folder import find_idx_files
from wta_np.data.patches import random_patches
from wta_np.data.whitening import Whitening

FOLDER = "patches:"  # in front of the folder whose images are cut
ALWAYS_CUT = ("dead-leaves",)  # images without labels, too large to be learned from whole
ROWS = 1000  # images at once, to normalise
# What the settings of a run say of it, and what holds for runs that say nothing.
SETTINGS = {
    "patch": None,
    "n_patches": 20_000,
    "grey": False,
    "contrast": False,
    "whiten": "none",
    "retain": 0.99,
}


def is_cut(name: str) -> bool:
    """Whether this data set is always cut into patches: a folder of images, or dead leaves."""
    return name.startswith(FOLDER) or name in ALWAYS_CUT


def load_images(settings: dict, data_dir: str | os.PathLike | None = None) -> Dataset:
    """The images that the settings of a run name, or patches of them, before any normalisation.

    Parameters
    ----------
    settings : dict
        "data": ``patches:FOLDER``, or what `wta_np.data.load` takes; "patch": side of the patches, None for
        whole images; "n_patches": how many for training (a tenth as many, at most 1,000, for testing: from
        the test images, but from the same images where a folder has no others); "seed"; "grey".
    data_dir : str or path, optional
        See `wta_np.data.load`.

    Returns
    -------
    Dataset
        Patches come without labels.

    Raises
    ------
    TypeError, ValueError, OSError
        As `wta_np.data.load` and `wta_np.data.patches.random_patches`.
    """
    from wta_np.data import LOADERS, load

    name, channels = settings["data"], 1 if settings["grey"] else None
    if name not in LOADERS and not find_idx_files(user_path(name)) and os.path.isdir(user_path(name)):
        raise ValueError(
            f"data is the folder {name}, expected {FOLDER}{name} for patches of the images in it"
        )
    if settings["patch"] is None:
        data = load(name, data_dir)
        if channels is None:
            return data
        x_train, x_test = (with_channels(x, channels) for x in (data.x_train, data.x_test))
        return Dataset(x_train, data.y_train, x_test, data.y_test)
    size, n = check_int("patch", settings["patch"], 1), check_int("n_patches", settings["n_patches"], 1)
    rng = np.random.default_rng(settings["seed"])
    n_test = max(1, min(1000, n // 10))
    if name.startswith(FOLDER):
        images = ImageFolder(name.removeprefix(FOLDER))
        both = random_patches(images, n + n_test, size, rng, channels, progress=True)
        return Dataset(both[:n], None, both[n:], None)
    data = load(name, data_dir)
    x_train, x_test = (
        random_patches(x, count, size, rng, channels)
        for x, count in ((data.x_train, n), (data.x_test, n_test))
    )
    return Dataset(x_train, None, x_test, None)


@dataclass
class Preparation:
    """What is done to images before a model sees them, and undone before a person does.

    Parameters
    ----------
    contrast : bool
        Normalise the local contrast, see `wta_np.data.contrast.normalise_contrast`.
    whitening : Whitening, optional
        Fitted on training images whose contrast is normalised, if it is.
    """

    contrast: bool = False
    whitening: Whitening | None = None

    @classmethod
    def fit(cls, settings: dict, x: np.ndarray) -> Preparation:
        """What the settings of a run ask for ("contrast", "whiten", "retain"), fitted on training images."""
        preparation = cls(bool(settings["contrast"]))
        if settings["whiten"] != "none":
            whitening = Whitening(settings["whiten"], settings["retain"])
            preparation.whitening = whitening.fit(preparation.apply(x))
        return preparation

    def apply(self, x: np.ndarray) -> np.ndarray:
        """Images (N, H, W, C) as the model takes them: of the same shape, or (N, K) after PCA whitening."""
        if self.contrast:
            if x.ndim != 4:
                raise ValueError(
                    f"flat samples have no local contrast: x has shape {x.shape}, expected (N, H, W, C)"
                )
            x = np.concatenate([normalise_contrast(x[i : i + ROWS]) for i in range(0, len(x), ROWS)])
        return self.whitening.transform(x) if self.whitening else x

    def apply_to(self, data: Dataset) -> Dataset:
        """A data set as the model takes it."""
        return Dataset(self.apply(data.x_train), data.y_train, self.apply(data.x_test), data.y_test)

    def pictures(self, x: Any) -> np.ndarray:
        """What a model sees or reconstructs, as pixels: whitening is undone.

        Contrast cannot be given back: zero is then grey, and each image is on its own scale.
        """
        x = to_numpy(x)
        if self.whitening:
            x = self.whitening.inverse(x)
        if self.contrast:
            largest = np.abs(x).max(axis=tuple(range(1, x.ndim)), keepdims=True)
            x = 0.5 + 0.5 * x / np.maximum(largest, 1e-12)
        return x

    def atoms(self, atoms: Any) -> np.ndarray:
        """A dictionary as images: where it was learned, see `wta_np.data.whitening.Whitening.as_images`."""
        atoms = to_numpy(atoms)
        return self.whitening.as_images(atoms) if self.whitening else atoms
