"""The training images of a data set alone: its test images are not read, and need not even be on the machine."""

from dataclasses import dataclass

import numpy as np

from wta_np.data import mnist, sample
from wta_np.data.dataset import images_from_bytes
from wta_np.data.idx import read_idx

SOURCES = {"mnist": mnist.MNIST, "sample": sample.SOURCE}


@dataclass(frozen=True, eq=False)
class TrainingData:
    """Images for training and their labels; there is no place in it for others.

    x : ndarray of float32, shape (N, H, W, 1), in [0, 1]
    y : ndarray of int, shape (N,)
    """

    x: np.ndarray
    y: np.ndarray

    def flat(self):
        """The same with images as rows (N, H * W)."""
        return TrainingData(self.x.reshape(len(self.x), -1), self.y)


def load_training_data(name, data_dir=None, n=0):
    """The first `n` training images of MNIST or of the sample, 0 for all, from files that are on this machine.

    Raises
    ------
    ValueError
        The data set is another one, its files are missing, or one is not as published.
    """
    if name not in SOURCES:
        raise ValueError(f"the data set is {name!r}, expected one of {', '.join(SOURCES)} for a search")
    arrays = []
    for file, path in SOURCES[name].find(data_dir):
        if "train" not in file.name:
            continue
        if path is None:
            raise ValueError(f"{file.name} of {name} is not here: get it with wta-np data fetch {name}")
        mnist.check_file(file, path)
        arrays.append(read_idx(path))
    x, y = (array[: n or None] for array in arrays)
    return TrainingData(images_from_bytes(x)[..., np.newaxis], y.astype(np.int64))
