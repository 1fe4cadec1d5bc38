"""A user's own data set: images and labels in an ``.npz`` file, as `numpy.savez` writes it."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence

import numpy as np

from wta_np._utils.foreign import shown
from wta_np._utils.npz import MAX_BYTES, Header, NpzError, NpzReader, PickleInside
from wta_np._utils.regular import open_regular
from wta_np.data.dataset import Dataset, check_images
from wta_np.data.files import errors_naming

ARRAYS = ("x_train", "y_train", "x_test", "y_test")
# What other programs call them, in any order and in upper or lower case: train_images, Y_test, trainX, labels_test.
KINDS = {
    "x": ("x", "image", "images", "imgs", "img", "data", "features", "samples", "pixels"),
    "y": ("y", "label", "labels", "target", "targets", "class", "classes"),
}
PARTS = {"train": ("train", "training", "tr"), "test": ("test", "testing", "t10k", "te")}
DEPTHS = (8, 10, 12, 14, 16)  # bits of a pixel


def read_npz(path: str | os.PathLike, max_bytes: int = MAX_BYTES) -> Dataset:
    """Read a data set from a file with arrays x_train, y_train, x_test and y_test, as `numpy.savez` writes.

    Labels may be left out. Other names that say the same are understood: ``train_images``, ``Y_test``, ``trainX``.

    Parameters
    ----------
    path : str or path
        The file. Images are (N, H, W, C), (N, H, W) or (N, D): floats, or uint8, which is divided by 255 where a
        value is above 1. Labels are integers, (N,) or (N, 1). Nothing in it is unpickled.
    max_bytes : int
        The most bytes that its arrays may have, in the file and as float32.

    Returns
    -------
    Dataset
        Images as float32 with a channel axis, or flat where the file has them flat; labels as int64, or None.

    Raises
    ------
    ValueError, TypeError
        The file is not a complete .npz file, is too large, lacks an array, has channels before rows and columns, or
        `Dataset` refuses what it holds.
    OSError
        It cannot be opened, or is not a regular file.
    """
    with errors_naming(path), open_regular(path) as file:
        try:
            archive = NpzReader(file)
        except NpzError as error:
            raise ValueError(
                f"it is not a complete .npz file, expected arrays as numpy.savez writes them ({error})"
            ) from error
        names = _names(archive.names)
        try:
            _check_size({name: archive.header(name) for name in names.values()}, max_bytes)
            found = archive.read(names.values(), max_bytes)
        except PickleInside as error:
            text = str(error)
            if "no NumPy array" in text:
                raise ValueError(f"{text}, expected arrays as numpy.savez writes them") from error
            raise ValueError(f"{text}, expected arrays of numbers") from error
        except NpzError as error:
            raise ValueError(f"it is a damaged .npz file ({error})") from error
        arrays = {ours: found.pop(theirs) for ours, theirs in names.items()}
        _check_channels(arrays)
        images = _as_floats([arrays.pop("x_train"), arrays.pop("x_test")])
        y_train, y_test = (_as_labels(arrays.get(name)) for name in ("y_train", "y_test"))
        data = Dataset(images[0], y_train, images[1], y_test)
        _check_range(data)
        return data


def _names(found: Sequence[str]) -> dict[str, str]:
    """The names of the arrays in the file, by ours; ValueError if images are missing or named twice."""
    names: dict[str, str] = {}
    for theirs in found:
        ours = _ours(theirs)
        if ours in names:
            raise ValueError(f"it has both {shown(names[ours])} and {shown(theirs)}, expected one {ours}")
        if ours:
            names[ours] = theirs
    missing = [name for name in ("x_train", "x_test") if name not in names]
    if not missing:
        return names
    if "about" in found and any(name.startswith("params/") for name in found):
        raise ValueError("it is a trained model and no data set: use wta_np.load_model")
    listed = ", ".join(shown(name).strip("'") for name in found[:10]) + (", ..." if len(found) > 10 else "")
    raise ValueError(
        f"it lacks {', '.join(missing)}, expected x_train and x_test, and y_train and y_test where there are "
        f"labels; its arrays: {listed or 'none'}"
    )


def _ours(theirs: str) -> str | None:
    """Our name for an array that a file calls so, such as "x_train" for "trainImages", or None."""
    if theirs in ARRAYS:
        return theirs
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", theirs)  # trainX
    words = [word for word in re.split(r"[^a-z0-9]+", spaced.lower()) if word]
    if len(words) == 1:  # xtrain
        words = re.sub(r"^([xy])(?=t[re])|(?<=[nt])([xy])$", r"\1 \2", words[0]).split()
    kinds = [kind for kind, known in KINDS.items() if any(word in known for word in words)]
    parts = [part for part, known in PARTS.items() if any(word in known for word in words)]
    return f"{kinds[0]}_{parts[0]}" if len(words) == 2 and len(kinds) == len(parts) == 1 else None


def _check_size(headers: dict[str, Header], max_bytes: int) -> None:
    """ValueError if the arrays, or their images as float32, have too many bytes."""
    for what, n_bytes in (
        ("have", sum(header.n_bytes for header in headers.values())),
        ("would have as float32", 4 * sum(h.n_bytes // h.dtype.itemsize for h in headers.values())),
    ):
        if n_bytes > max_bytes:
            raise ValueError(
                f"its arrays {what} {n_bytes} bytes, expected at most {max_bytes}: take fewer or smaller images, or "
                "in Python read_npz(path, max_bytes=...)"
            )


def _check_channels(arrays: dict[str, np.ndarray]) -> None:
    """ValueError for images whose axes are in another order than (N, H, W, C)."""
    for part in ("train", "test"):
        x, y = arrays[f"x_{part}"], arrays.get(f"y_{part}")
        if x.ndim != 4:
            continue
        n, *axes, last = x.shape
        few = (1, 3, 4)
        if axes[0] in few and last not in few and min(axes[1], last) > 4:
            raise ValueError(
                f"x_{part} has shape {x.shape}, which looks like (N, C, H, W), expected channels last, "
                f"(N, H, W, C): use x_{part}.transpose(0, 2, 3, 1)"
            )
        if y is not None and y.ndim and len(y) == last != n and axes[1] in few:
            raise ValueError(
                f"x_{part} has shape {x.shape}, which looks like (H, W, C, N), expected (N, H, W, C): use "
                f"x_{part}.transpose(3, 0, 1, 2)"
            )


def _as_floats(images: list[np.ndarray]) -> list[np.ndarray]:
    """Images of training and test as float32 in about [0, 1], (N, H, W) with a channel axis."""
    names = ("x_train", "x_test")
    are_bytes = all(x.dtype == np.uint8 for x in images)
    largest = max((_largest(x) for x in images if x.dtype.kind in "uif"), default=0)
    for name, x in zip(names, images):
        if x.dtype.kind in "ui" and not are_bytes:
            raise TypeError(f"{name} holds {x.dtype}, expected floats in [0, 1]{_divisor(largest)}")
        if not are_bytes:
            check_images(name, x)
    for i, x in enumerate(images):
        with np.errstate(over="ignore"):  # too large for float32 becomes infinite, which Dataset refuses
            x = np.asarray(x, np.float32, order="C")
        if are_bytes and largest > 1:
            x /= 255
        images[i] = x[..., np.newaxis] if x.ndim == 3 else x  # (N, H, W, 1)
    return images


def _check_range(data: Dataset) -> None:
    """ValueError for images that were never divided by their largest possible value."""
    largest = max(_largest(data.x_train), _largest(data.x_test))
    if 100 < largest <= 255 or (
        100 < largest < 2**16 and len(data.image_shape) == 3 and _is_whole(data.x_train)
    ):
        raise ValueError(f"its images reach up to {largest:g}, expected about [0, 1]{_divisor(largest)}")


def _is_whole(x: np.ndarray) -> bool:
    return bool((x[:100] == np.round(x[:100])).all())


def _largest(x: np.ndarray) -> float:
    return float(max(x.max(initial=0), -float(x.min(initial=0))))


def _divisor(largest: float) -> str:
    """What to divide pixels by that reach so far: the largest value of the least number of bits."""
    depth = next((depth for depth in DEPTHS if largest < 2**depth), None)
    if depth is None:
        return ""
    bits = f", the largest value of {depth} bits" if depth > 8 else ""
    return f": divide by {2**depth - 1}{bits}"


def _as_labels(y: np.ndarray | None) -> np.ndarray | None:
    if y is None or y.dtype.kind not in "iu":
        return y  # which Dataset refuses in words
    return (y[:, 0] if y.ndim == 2 and y.shape[1] == 1 else y).astype(np.int64)
