"""The one form in which all data sets come, and reading it from a user's own file."""

from __future__ import annotations

import os
import zipfile
from dataclasses import dataclass, replace
from typing import BinaryIO

import numpy as np

from wta_np._utils.validation import check_finite
from wta_np.data.files import errors_naming

ARRAYS = ("x_train", "y_train", "x_test", "y_test")
ZIP_MAGIC = (b"PK\x03\x04", b"PK\x05\x06")  # an archive with members, and one without


@dataclass(frozen=True, eq=False, repr=False)
class Dataset:
    """Images and labels for training and for testing, checked against each other.

    Parameters
    ----------
    x_train, x_test : ndarray of shape (N, H, W, C), or (N, D) where images are flat
        Pixels, floats, finite. The built-in data sets have float32 in [0, 1].
    y_train, y_test : ndarray of shape (N,), or None
        The class of each image, an integer; None for both where there are no labels.
    class_names : tuple of str
        What class 0, class 1, ... is called, where a data set says so.

    Raises
    ------
    TypeError
        Images are not floats, or labels not integers.
    ValueError
        Images are empty, of another rank or not finite, training and test images differ in size, or labels
        do not match images in number.

    Examples
    --------
    >>> import numpy as np
    >>> data = Dataset(np.ones((5, 2, 2, 3)), np.arange(5), np.ones((1, 2, 2, 3)), np.array([0]))
    >>> data
    Dataset(5 training images, 1 test images, image_shape=(2, 2, 3))
    >>> data.flat().x_train.shape
    (5, 12)
    """

    x_train: np.ndarray
    y_train: np.ndarray | None
    x_test: np.ndarray
    y_test: np.ndarray | None
    class_names: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for part in ("train", "test"):
            _check_part(f"x_{part}", getattr(self, f"x_{part}"), f"y_{part}", getattr(self, f"y_{part}"))
        if self.x_test.shape[1:] != self.x_train.shape[1:]:
            raise ValueError(
                f"x_test has images of shape {self.x_test.shape[1:]}, "
                f"expected {self.x_train.shape[1:]} as in x_train"
            )
        if (self.y_train is None) != (self.y_test is None):
            raise ValueError("only one of y_train and y_test is None, expected labels for both or for none")

    @property
    def image_shape(self) -> tuple[int, ...]:
        """Shape of one image: (H, W, C), or (D,) where images are flat."""
        return self.x_train.shape[1:]

    def flat(self) -> Dataset:
        """The same data with images as rows, (N, H*W*C); no pixels are copied."""
        x_train = self.x_train.reshape(len(self.x_train), -1)  # (N, H*W*C)
        x_test = self.x_test.reshape(len(self.x_test), -1)  # (N, H*W*C)
        return replace(self, x_train=x_train, x_test=x_test)

    def __repr__(self) -> str:
        return (
            f"Dataset({len(self.x_train)} training images, {len(self.x_test)} test images, "
            f"image_shape={self.image_shape})"
        )


def _check_part(x_name: str, x: np.ndarray, y_name: str, y: np.ndarray | None) -> None:
    _check_images(x_name, x)
    if x.ndim not in (2, 4):
        raise ValueError(f"{x_name} has shape {x.shape}, expected (N, H, W, C) or (N, D)")
    if x.size == 0:
        raise ValueError(f"{x_name} has shape {x.shape}, expected at least one image with one pixel")
    check_finite(x_name, x)
    if y is None:
        return
    if not isinstance(y, np.ndarray) or y.dtype.kind not in "iu":
        raise TypeError(f"{y_name} holds {_kind(y)}, expected integers: the number of each image's class")
    if y.shape != x.shape[:1]:
        raise ValueError(
            f"{y_name} has shape {y.shape}, expected ({len(x)},): one label for each image of {x_name}"
        )


def _check_images(name: str, x: np.ndarray) -> None:
    if not isinstance(x, np.ndarray) or x.dtype.kind != "f":
        hint = ": divide by 255" if isinstance(x, np.ndarray) and x.dtype.kind in "iu" else ""
        raise TypeError(f"{name} holds {_kind(x)}, expected floats in [0, 1]{hint}")


def _kind(value: object) -> str:
    return str(value.dtype) if isinstance(value, np.ndarray) else f"a {type(value).__name__}"


def images_from_bytes(pixels: np.ndarray) -> np.ndarray:
    """float32 in [0, 1] from uint8 in [0, 255]."""
    images = pixels.astype(np.float32, order="C")
    images /= 255
    return images


def read_npz(path: str | os.PathLike) -> Dataset:
    """Read a data set from a file with arrays x_train, y_train, x_test and y_test, as `numpy.savez` writes.

    Parameters
    ----------
    path : str or path
        The file. Images are floats, (N, H, W, C), (N, H, W) or (N, D); labels are integers, (N,). Nothing
        in it is unpickled.

    Returns
    -------
    Dataset
        Images as float32 with a channel axis, or flat where the file has them flat; labels as int64.

    Raises
    ------
    ValueError, TypeError
        The file is no whole .npz file, lacks an array, or `Dataset` refuses what it holds.
    OSError
        It cannot be opened.
    """
    with errors_naming(path), open(path, "rb") as file:
        if file.read(4) not in ZIP_MAGIC or not zipfile.is_zipfile(file):
            raise ValueError("it is no whole .npz file, expected arrays as numpy.savez writes them")
        file.seek(0)
        arrays = _read_arrays(file)
        for name in ("x_train", "x_test"):
            x = arrays[name]
            _check_images(name, x)
            with np.errstate(over="ignore"):  # too large for float32 becomes infinite, which Dataset refuses
                x = np.asarray(x, np.float32, order="C")
            arrays[name] = x[..., np.newaxis] if x.ndim == 3 else x  # (N, H, W, 1)
        for name in ("y_train", "y_test"):
            if arrays[name].dtype.kind in "iu":
                arrays[name] = arrays[name].astype(np.int64)
        largest = float(
            max(np.abs(arrays["x_train"]).max(initial=0), np.abs(arrays["x_test"]).max(initial=0))
        )
        if 100 < largest <= 255:
            raise ValueError(f"its images reach up to {largest:g}, expected about [0, 1]: divide by 255")
        return Dataset(**arrays)


def _read_arrays(file: BinaryIO) -> dict[str, np.ndarray]:
    """The four arrays of an .npz file, whatever they hold."""
    arrays = {}
    try:
        with np.load(file, allow_pickle=False) as archive:
            missing = [name for name in ARRAYS if name not in archive]
            found = ", ".join(archive.files) or "none"
            for name in ARRAYS if not missing else ():
                arrays[name] = archive[name]
    except Exception as error:  # NumPy lets through what zipfile, zlib and Python's own parser raise
        if "allow_pickle" in str(error):
            raise ValueError("it holds pickled Python objects, expected arrays of numbers") from error
        raise ValueError(f"it is a damaged .npz file ({str(error) or type(error).__name__})") from error
    if missing:
        raise ValueError(f"it lacks {', '.join(missing)}, expected {', '.join(ARRAYS)}; its arrays: {found}")
    for name, array in arrays.items():
        if not isinstance(array, np.ndarray):
            raise ValueError(f"its {name} is no NumPy array, expected arrays as numpy.savez writes them")
    return arrays
