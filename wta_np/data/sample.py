"""The sample: 12,000 real digits of MNIST inside the package, so that everything runs offline."""

from __future__ import annotations

import os
from pathlib import Path

from wta_np.data.dataset import Dataset
from wta_np.data.files import Located, RemoteFile, locate
from wta_np.data.idx import read_idx
from wta_np.data.mnist import FILE_NAMES, check_file, dataset_from_bytes
from wta_np.data.source import DataSource

FOLDER = Path(__file__).parent / "digits"
FILES = [
    RemoteFile(name, checksum, n_bytes)
    for name, checksum, n_bytes in zip(
        FILE_NAMES,
        (
            "f83dc25436c5ee9da249f6a28e5558ab21e00101d4743c93d703a55c2466e864",
            "842752b6665bfb04a59460c7696927446f205abd2f393da6b7d3d1c24766c518",
            "55b2e858ba8b0389b19169425100907be60427b95a400e4029660c2f661d9f5d",
            "f2569bfa49deac844f8c74580613c2e5e313efd25bfe1dbd2354023aa5f6f36e",
        ),
        (16 + 10_000 * 28 * 28, 8 + 10_000, 16 + 2_000 * 28 * 28, 8 + 2_000),
    )
]


def load_sample() -> Dataset:
    """10,000 training and 2,000 test digits, drawn from MNIST's own training and test sets.

    Examples
    --------
    >>> load_sample()
    Dataset(10000 training images, 2000 test images, image_shape=(28, 28, 1))
    """
    return dataset_from_bytes(*(read_idx(FOLDER / name) for name in FILE_NAMES))


def find(data_dir: str | os.PathLike | None = None) -> Located:
    """The four files, and where each is or None; `data_dir` plays no part."""
    return locate(FILES, [FOLDER])


SOURCE = DataSource(
    "sample",
    (10_000, 2_000),
    lambda data_dir, progress: load_sample(),
    find,
    check_file,
    lambda data_dir, progress: None,  # it comes with the package
    origin="in the package",
)
