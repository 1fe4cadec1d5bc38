"""The one form in which all data sets come."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from wta_np._utils.validation import check_finite


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
    check_images(x_name, x)
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


def check_images(name: str, x: np.ndarray) -> None:
    """TypeError unless `x` is an array of floats."""
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
