"""Data sets by name: found on disk or downloaded, verified, and in one form."""

from __future__ import annotations

import os

from wta_np.data.dataset import Dataset
from wta_np.data.idx import read_idx
from wta_np.data.labels import few_labels
from wta_np.data.npz import read_npz
from wta_np.data.sources import SOURCES

__all__ = ["SOURCES", "Dataset", "few_labels", "load", "load_data", "read_idx", "read_npz"]

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
        statistics of natural ones, no labels); or the path of an .npz file, see `read_npz`.
    data_dir : str or path, optional
        Folder whose subfolder `name` has the files ("svhn" those of both SVHNs), or which has them itself.
        They are looked for there, then under the folder that the environment variable WTA_NP_DATA names,
        then under the user's cache folder; missing ones are downloaded into the first of these.
    progress : bool
        Show a progress bar while downloading.

    Returns
    -------
    Dataset
        Images (N, H, W, C), float32 in [0, 1], C-contiguous; labels (N,), int64, or None.

    Raises
    ------
    ValueError, TypeError
        The name is unknown, a file is damaged or holds what it should not, or SVHN lacks scipy.
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
    if name.lower().endswith(".npz"):
        return read_npz(name)
    if name not in LOADERS:
        known = ", ".join(repr(known) for known in LOADERS)
        raise ValueError(f"name is {name!r}, expected {known} or the path of an .npz file")
    return LOADERS[name](data_dir, progress)


load = load_data  # its first name
