"""The sample: 12,000 real digits of MNIST inside the package, so that everything runs offline."""

from __future__ import annotations

from pathlib import Path

from wta_np.data.dataset import Dataset
from wta_np.data.idx import read_idx
from wta_np.data.mnist import FILE_NAMES, dataset_from_bytes

FOLDER = Path(__file__).parent / "digits"


def load_sample() -> Dataset:
    """10,000 training and 2,000 test digits, drawn from MNIST's own training and test sets.

    Examples
    --------
    >>> load_sample()
    Dataset(10000 training images, 2000 test images, image_shape=(28, 28, 1))
    """
    return dataset_from_bytes(*(read_idx(FOLDER / name) for name in FILE_NAMES))
