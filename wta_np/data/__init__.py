"""Data sets by name: found on disk or downloaded, verified, and in one form."""

from __future__ import annotations

import os

from wta_np._utils.paths import user_path
from wta_np.data.dataset import Dataset
from wta_np.data.idx import read_idx
from wta_np.data.idx_folder import find_folder, find_idx_files, load_idx_folder
from wta_np.data.labels import few_labels
from wta_np.data.npz import read_npz
from wta_np.data.sources import SOURCES
from wta_np.data.whitening import Whitening

__all__ = [
    "SOURCES",
    "Dataset",
    "Whitening",
    "few_labels",
    "load",
    "load_data",
    "load_idx_folder",
    "read_idx",
    "read_npz",
]

LOADERS = {name: source.load for name, source in SOURCES.items()}


def load_data(
    name: str | os.PathLike, data_dir: str | os.PathLike | None = None, progress: bool = True
) -> Dataset:
    """Load a data set by name, or from a user's own file.

    Parameters
    ----------
    name : str or path
        "sample" (12,000 digits that come with the package), "mnist", "fashion-mnist", "cifar10", "svhn",
        "svhn-extra" (SVHN with its extra training digits), "dead-leaves" (synthetic images with the
        statistics of natural ones, no labels); the path of an .npz file, see `read_npz`; or a folder of IDX files,
        by its path or as the name of a subfolder of those below, such as "kmnist" or "emnist-letters", see
        `load_idx_folder`.
    data_dir : str or path, optional
        Folder whose subfolder `name` has the files ("svhn" those of both SVHNs), or which has them itself.
        They are looked for there, and where other programs put them, such as ``MNIST/raw``; then under the folder
        that the environment variable WTA_NP_DATA names, then under the user's cache folder; missing ones are
        downloaded into the first of these.
    progress : bool
        Show a progress bar while downloading.

    What a load verifies: the SHA-256 checksums of MNIST's, Fashion-MNIST's and SVHN's files and of CIFAR-10's
    archive, every time; of other files, that they are whole and hold what they should.

    Returns
    -------
    Dataset
        Images (N, H, W, C), float32 in [0, 1], C-contiguous; labels (N,), int64, or None.

    Raises
    ------
    ValueError, TypeError
        The name is unknown, or a file is damaged or holds what it should not.
    OSError
        A file cannot be read, written or downloaded.

    Examples
    --------
    >>> load_data("sample").image_shape
    (28, 28, 1)
    """
    if not isinstance(name, str | os.PathLike):
        raise TypeError(f"name is {name!r}, expected a string")
    name = os.fspath(name)
    if name in SOURCES:
        return SOURCES[name].load(data_dir, progress)
    if name.lower().endswith(".npz"):
        return read_npz(name)
    is_path = os.path.isdir(user_path(name)) or os.sep in name
    if is_path and find_idx_files(user_path(name)):
        return load_idx_folder(user_path(name))
    found = None if is_path or not name else find_folder(name, data_dir)
    if found:
        return load_idx_folder(*found)
    known = ", ".join(map(repr, SOURCES))
    raise ValueError(
        f"name is {name!r}, expected {known}, the path of an .npz file, or a folder of IDX files such as MNIST's"
    )


load = load_data  # its first name
