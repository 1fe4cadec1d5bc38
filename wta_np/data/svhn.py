"""SVHN, street view house numbers: digits cropped from photographs, 32 x 32 colour pixels.

73,257 training and 26,032 test images; 531,131 further training images, somewhat easier, are a file of
their own. Each MATLAB file holds X, uint8 of shape (32, 32, 3, N), and y of shape (N, 1), in which 10 stands
for the digit 0.
"""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path

import numpy as np

from wta_np.data.dataset import Dataset, images_from_bytes
from wta_np.data.download import complete
from wta_np.data.files import Located, RemoteFile, data_folders, errors_naming, locate, replaceable
from wta_np.data.mat import read_arrays
from wta_np.data.source import DataSource, look_alikes

# Lengths and SHA-256 as PyTorch's torchvision prototype data sets and others list them.
TRAIN, TEST, EXTRA = (
    RemoteFile(f"{part}_32x32.mat", checksum, n_bytes, unpacked=False)
    for part, checksum, n_bytes in (
        ("train", "435e94d69a87fde4fd4d7f3dd208dfc32cb6ae8af2240d066de1df7508d083b8", 182_040_794),
        ("test", "cdce80dfb2a2c4c6160906d0bd7c68ec5a99d7ca4831afa54f09182025b6a75b", 64_275_384),
        ("extra", "a133a4beb38a00fcdda90c9489e0c04f900b660ce8a316a5e854838379a71eb3", 1_329_278_602),
    )
)
# Test digits first: all behind them are for training.
FILES = {"svhn": [TEST, TRAIN], "svhn-extra": [TEST, TRAIN, EXTRA]}
MIRRORS = ("http://ufldl.stanford.edu/housenumbers/",)  # offers no https; the checksums make up for it
WHOLE = "SVHN's whole photographs: the cropped digits, train_32x32.mat and test_32x32.mat, are wanted"
LOOK_ALIKES = (("train.tar*", WHOLE), ("test.tar*", WHOLE), ("extra.tar*", WHOLE), ("digitstruct.mat", WHOLE))
IMAGE_SHAPE = (32, 32, 3)


def load_svhn(data_dir: str | os.PathLike | None = None, progress: bool = True) -> Dataset:
    """SVHN's training and test digits; for parameters and errors see `wta_np.data.load`."""
    return _load("svhn", data_dir, progress)


def load_svhn_extra(data_dir: str | os.PathLike | None = None, progress: bool = True) -> Dataset:
    """SVHN with its extra digits behind the training digits: 604,388 images, 7.4 GB as float32."""
    return _load("svhn-extra", data_dir, progress)


def _load(name: str, data_dir: str | os.PathLike | None, progress: bool) -> Dataset:
    download(name, data_dir, progress)
    (x_test, y_test), *train = [_read_checked(file, path) for file, path in find(name, data_dir)]
    x_train, y_train = (np.concatenate(part) for part in zip(*train))
    return Dataset(images_from_bytes(x_train), y_train, images_from_bytes(x_test), y_test)


def find(name: str, data_dir: str | os.PathLike | None = None) -> Located:
    """The files of "svhn" or "svhn-extra", which share a folder, and where each is or None."""
    return locate(FILES[name], data_folders("svhn", data_dir))


def remarks(name: str, data_dir: str | os.PathLike | None = None) -> list[str]:
    """What there is to say of files that look like those of SVHN."""
    return look_alikes(data_folders("svhn", data_dir), LOOK_ALIKES)


def download(name: str, data_dir: str | os.PathLike | None = None, progress: bool = True) -> None:
    """Download those of the files that are missing."""
    complete(FILES[name], MIRRORS, data_folders("svhn", data_dir), progress, partial(remarks, name, data_dir))


def check_file(file: RemoteFile, path: Path) -> str:
    """ValueError, naming the file, unless it is the published one; else an empty remark."""
    with replaceable(), errors_naming(path):
        file.check(path)
    return ""


def read_mat(path: str | os.PathLike) -> tuple[np.ndarray, np.ndarray]:
    """Images and labels of a file of cropped digits.

    Parameters
    ----------
    path : str or path
        A MATLAB file of version 5 with X and y, see `wta_np.data.mat`. What is verified is that they are whole
        and of the right shapes; `wta_np.load_data` compares the checksum of the whole file before.

    Returns
    -------
    images : ndarray of shape (N, 32, 32, 3)
        uint8.
    labels : ndarray of shape (N,)
        int64, 0 to 9.

    Raises
    ------
    ValueError
        The file is damaged, or X and y are not what they should be.
    OSError
        It cannot be opened.
    """
    with errors_naming(path):
        arrays = read_arrays(path, ("X", "y"))
        missing = [name for name in ("X", "y") if name not in arrays]
        if missing:
            raise ValueError(f"it lacks {' and '.join(missing)}, expected images X and labels y")
        images, labels = arrays["X"], arrays["y"]
        if images.dtype != np.uint8:
            raise ValueError(f"its X holds {images.dtype}, expected uint8")
        if images.shape[:-1] != IMAGE_SHAPE:
            raise ValueError(f"its X has shape {images.shape}, expected (32, 32, 3, N)")
        if labels.shape not in ((images.shape[-1], 1), (1, images.shape[-1])):
            raise ValueError(f"its y has shape {labels.shape}, expected ({images.shape[-1]}, 1) to go with X")
        labels = labels.ravel()
        wrong = ~np.isin(labels, np.arange(1, 11))
        if wrong.any():
            i = int(wrong.argmax())
            raise ValueError(f"its label {i} is {labels[i]:g}, expected 1 to 10, where 10 is the digit 0")
        return np.moveaxis(images, -1, 0), labels.astype(np.int64) % 10


def _read_checked(file: RemoteFile, path: Path) -> tuple[np.ndarray, np.ndarray]:
    check_file(file, path)  # first, as it says more than what a reader meets
    with replaceable():
        return read_mat(path)


SVHN, SVHN_EXTRA = (
    DataSource(
        name,
        n_images,
        load,
        partial(find, name),
        check_file,
        partial(download, name),
        partial(remarks, name),
    )
    for name, n_images, load in (
        ("svhn", (73_257, 26_032), load_svhn),
        ("svhn-extra", (604_388, 26_032), load_svhn_extra),
    )
)
