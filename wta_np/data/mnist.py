"""MNIST and Fashion-MNIST: the same four IDX files, of digits and of clothes.

Each has 60,000 training and 10,000 test images of 28 x 28 grey pixels in 10 classes. Every load compares the
SHA-256 checksums of all four with those of the published files.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np

from wta_np.data.dataset import Dataset, images_from_bytes
from wta_np.data.download import complete
from wta_np.data.files import Located, RemoteFile, data_folders, errors_naming, locate, replaceable
from wta_np.data.idx import read_idx
from wta_np.data.source import DataSource, look_alikes

# In the order of Dataset's fields.
FILE_NAMES = (
    "train-images-idx3-ubyte.gz",
    "train-labels-idx1-ubyte.gz",
    "t10k-images-idx3-ubyte.gz",
    "t10k-labels-idx1-ubyte.gz",
)
N_BYTES = (16 + 60_000 * 28 * 28, 8 + 60_000, 16 + 10_000 * 28 * 28, 8 + 10_000)

CHECKSUMS = {
    "mnist": (
        "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
        "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
        "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
        "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
    ),
    "fashion-mnist": (
        "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
        "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
        "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
        "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
    ),
}
FILES = {
    name: [RemoteFile(*known) for known in zip(FILE_NAMES, checksums, N_BYTES)]
    for name, checksums in CHECKSUMS.items()
}
MIRRORS = {
    "mnist": (
        "https://ossci-datasets.s3.amazonaws.com/mnist/",
        "https://storage.googleapis.com/cvdf-datasets/mnist/",
        "https://raw.githubusercontent.com/fgnt/mnist/master/",
    ),
    "fashion-mnist": (
        "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/",
        "https://github.com/zalandoresearch/fashion-mnist/raw/master/data/fashion/",
    ),
}
PLACES = {  # subfolders in which other programs put the four files
    "mnist": ("MNIST/raw", "MNIST", "raw"),
    "fashion-mnist": ("FashionMNIST/raw", "FashionMNIST", "fashion", "raw"),
}
PICKLED = "pickled, which could run code when it is read: the four IDX files are wanted"
LOOK_ALIKES = (
    ("mnist.npz", "an .npz file: name it itself, as --data FILE"),
    ("*.pkl", PICKLED),
    ("*.pkl.gz", PICKLED),
    ("*.pt", PICKLED),
    ("*train*.csv", "a table in text: the four IDX files are wanted"),
    ("*test*.csv", "a table in text: the four IDX files are wanted"),
    ("*.zip", "an archive: unpack it"),
    ("*mnist*.tar*", "an archive: unpack it"),
    ("emnist-*", "of EMNIST: name its folder itself, as --data FOLDER"),
    ("qmnist-*", "of QMNIST: name its folder itself, as --data FOLDER"),
    ("test-*idx?-ubyte*", "under another name than t10k-..., which is wanted"),
)


def load_mnist(data_dir: str | os.PathLike | None = None, progress: bool = True) -> Dataset:
    """MNIST's handwritten digits; for parameters and errors see `wta_np.data.load`."""
    return dataset_from_bytes(*read_verified("mnist", data_dir, progress))


def load_fashion_mnist(data_dir: str | os.PathLike | None = None, progress: bool = True) -> Dataset:
    """Fashion-MNIST's articles of clothing; for parameters and errors see `wta_np.data.load`."""
    return dataset_from_bytes(*read_verified("fashion-mnist", data_dir, progress))


def read_verified(
    name: str, data_dir: str | os.PathLike | None = None, progress: bool = True
) -> list[np.ndarray]:
    """The four arrays of "mnist" or "fashion-mnist" as published, uint8, downloaded where missing."""
    paths = download(name, data_dir, progress)
    return [_read_checked(file, path) for file, path in zip(FILES[name], paths)]


def find(name: str, data_dir: str | os.PathLike | None = None) -> Located:
    """The four files, and where each is or None."""
    return locate(FILES[name], _folders(name, data_dir))


def remarks(name: str, data_dir: str | os.PathLike | None = None) -> list[str]:
    """What there is to say of files that look like those of this data set."""
    return look_alikes(_folders(name, data_dir), LOOK_ALIKES)


def download(name: str, data_dir: str | os.PathLike | None = None, progress: bool = True) -> list[Path]:
    """Download those of the four files that are missing; where all are."""
    folders = _folders(name, data_dir)
    return complete(FILES[name], MIRRORS[name], folders, progress, partial(remarks, name, data_dir))


def check_file(file: RemoteFile, path: Path) -> str:
    """ValueError, naming the file, unless it is the published one; else an empty remark."""
    _read_checked(file, path)
    return ""


def _folders(name: str, data_dir: str | os.PathLike | None) -> list[Path]:
    return data_folders(name, data_dir, PLACES[name])


def _read_checked(file: RemoteFile, path: Path) -> np.ndarray:
    with replaceable():
        array = read_idx(path)  # first, as it says more than a checksum about what is wrong
    with errors_naming(path):
        is_longer = array.nbytes > file.n_bytes
        found = "" if is_longer else file.digest(path)[0]
        if found != file.checksum:
            raise ValueError(_what_else(file, path, found))
    return array


def _what_else(file: RemoteFile, path: Path, found: str) -> str:
    """What a whole IDX file is that is not the one it was taken for; it may be a good one of another data set."""
    longest = max(other.n_bytes for files in FILES.values() for other in files)
    try:
        content, _ = RemoteFile("", "", longest).digest(path)
    except ValueError:  # longer than all
        content = None
    for name, files in FILES.items():
        for other in files:
            if other.checksum == content:
                wanted = next((n for n, files in FILES.items() if file in files), "sample")
                return (
                    f"its content is {other.name.removesuffix('.gz')} of {name}, as its checksum says, expected "
                    f"{file.name.removesuffix('.gz')} of {wanted}: give it its own name in a folder of {name}, and "
                    f"name another folder with --data-dir for {wanted}"
                )
    checksum = (
        f"SHA256 checksum is {found}, expected {file.checksum}" if found else "length is not the expected one"
    )
    return (
        f"its {checksum}; "
        "it is a whole IDX file, perhaps of another data set: to train on that, name its folder, as "
        f"--data {path.parent}, or read it with wta_np.data.read_idx; otherwise move the file away to have it "
        "downloaded again"
    )


def dataset_from_bytes(
    x_train: np.ndarray, y_train: np.ndarray, x_test: np.ndarray, y_test: np.ndarray
) -> Dataset:
    """A Dataset from what the IDX files hold: images (N, H, W), uint8, and labels (N,), whole numbers."""
    return Dataset(
        images_from_bytes(x_train)[..., np.newaxis],  # (N, H, W, 1)
        y_train.astype(np.int64),
        images_from_bytes(x_test)[..., np.newaxis],  # (N, H, W, 1)
        y_test.astype(np.int64),
    )


def _source(name: str, load: Callable[..., Dataset]) -> DataSource:
    return DataSource(
        name,
        (60_000, 10_000),
        load,
        partial(find, name),
        check_file,
        partial(download, name),
        partial(remarks, name),
        is_small=True,
    )


MNIST = _source("mnist", load_mnist)
FASHION_MNIST = _source("fashion-mnist", load_fashion_mnist)
