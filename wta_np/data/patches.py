"""Random patches of images: small windows at random places, as many as a model needs."""

from __future__ import annotations

import math
import warnings
from collections.abc import Sequence

import numpy as np

from wta_np._utils.progress_bar import progress_bar
from wta_np._utils.validation import check_finite, check_int, check_number
from wta_np.data.folder import ImageFolder, with_channels

TRIES = 4  # draws from one image before the others have to stand in for it
PASSES = 4  # through the images, as long as patches are missing
FLAT = 0.02  # about five of 255 grey levels
MOST = 1 << 40  # patches: more than any memory holds


def random_patches(
    images: np.ndarray | ImageFolder,
    n: int,
    size: int,
    rng: int | np.random.Generator = 0,
    channels: int | None = None,
    min_std: float = FLAT,
    progress: bool = False,
) -> np.ndarray:
    """Patches from random places of all images, about as many from each, in random order.

    Images are visited in random order and one at a time. Each gives its share of the patches that are
    still missing, at places drawn uniformly, with replacement. What an image cannot give, because it is
    smaller than a patch, no image at all, or flat, the ones after it give instead; if the last image leaves
    a gap, there is another pass.

    Parameters
    ----------
    images : ndarray of shape (N, H, W, C), floats, or ImageFolder
    n : int
        How many patches.
    size : int
        Their side, in pixels.
    rng : int or numpy.random.Generator
        Same images, same seed, same patches.
    channels : {1, 3}, optional
        Grey or colour, see `wta_np.data.folder.with_channels`; by default what an array has, and colour for
        a folder.
    min_std : float
        A patch is flat, and is rejected, if the root of its variance over its pixels, averaged over the
        channels, is below this. Pixels are in [0, 1]. 0 takes all.
    progress : bool
        Show a progress bar.

    Returns
    -------
    ndarray, shape (n, size, size, channels)
        Floats, of the dtype of an array; float32 in [0, 1] from a folder.

    Raises
    ------
    TypeError, ValueError
        An argument is out of its range; an array holds NaN or infinities; the patch is larger than every
        image; no file is an image; nearly all patches are flat.

    Warns
    -----
    UserWarning
        Some files are no images: how many, and the first ones by name.

    Examples
    --------
    >>> images = np.random.default_rng(0).random((2, 9, 9, 3))
    >>> random_patches(images, 5, 4).shape
    (5, 4, 4, 3)
    """
    n, size = check_int("n", n, 1, MOST), check_int("size", size, 1)
    check_number("min_std", min_std, 0)
    channels = _channels(images, channels)
    rng = np.random.default_rng(rng)
    dtype = images.dtype if isinstance(images, np.ndarray) else np.float32
    patches = None  # until an image has room for a patch: what is asked for may be beyond all memory
    places = rng.permutation(n)  # where the next patches go: neighbours are not from the same image
    taken, largest, usable = 0, 0, list(range(len(images)))
    with progress_bar(n, show=progress, desc="patches", unit="patch") as bar:
        for _ in range(PASSES):
            order, usable = rng.permutation(usable), []
            for left, i in zip(range(len(order), 0, -1), order):
                if taken == n:
                    break
                share = math.ceil((n - taken) / left)
                side, new = _from_one(images[int(i)], share, size, channels, min_std, dtype, rng)
                largest = max(largest, side)
                if side >= size:
                    usable.append(i)
                if len(new):
                    patches = np.empty((n, *new.shape[1:]), dtype) if patches is None else patches
                    patches[places[taken : taken + len(new)]] = new
                    taken += len(new)
                    bar.update(len(new))
            if taken == n or not usable:
                break
    if taken < n:
        raise ValueError(_why(images, n, size, taken, largest, min_std))
    if isinstance(images, ImageFolder) and images.skipped:
        warnings.warn(images.report(), stacklevel=2)
    return patches


def _from_one(image, n, size, channels, min_std, dtype, rng):
    """The shorter side of an image, 0 for None, and up to `n` of its patches that are not flat."""
    side = 0 if image is None else min(image.shape[:2])
    if side < size:
        return side, ()
    windows = np.lib.stride_tricks.sliding_window_view(image, (size, size), axis=(0, 1))
    scale = np.iinfo(image.dtype).max if image.dtype.kind == "u" else 1
    found, missing = [], n
    for _ in range(TRIES):
        y, x = (rng.integers(length, size=missing) for length in windows.shape[:2])
        patches = windows[y, x].transpose(0, 2, 3, 1).astype(dtype) / np.array(scale, dtype)
        patches = with_channels(patches, channels)
        variance = patches.var(axis=(1, 2)).mean(axis=1)  # of each channel by itself: an even blue is flat
        found.append(patches[variance >= min_std**2])
        missing -= len(found[-1])
        if not missing:
            break
    return side, np.concatenate(found)


def _channels(images: np.ndarray | ImageFolder, channels: int | None) -> int:
    """How many channels patches get; TypeError or ValueError if the images are none."""
    if channels not in (None, 1, 3):
        raise ValueError(f"channels is {channels!r}, expected 1 (grey) or 3 (colour)")
    if isinstance(images, ImageFolder):
        return channels or 3
    if not isinstance(images, np.ndarray) or images.dtype.kind != "f":
        kind = images.dtype if isinstance(images, np.ndarray) else f"a {type(images).__name__}"
        raise TypeError(f"images holds {kind}, expected an array of floats or an ImageFolder")
    if images.ndim != 4 or images.size == 0:
        raise ValueError(f"images has shape {images.shape}, expected (N, H, W, C) with at least one pixel")
    check_finite("images", images)
    return channels or images.shape[3]


def _why(images: Sequence, n: int, size: int, taken: int, largest: int, min_std: float) -> str:
    """Why there are too few patches, in one sentence."""
    where = images.folder if isinstance(images, ImageFolder) else "the array"
    if isinstance(images, ImageFolder) and len(images.skipped) == len(images):
        return f"{where} holds no image that can be read: {images.report()}"
    if largest < size:
        return f"the patch size is {size}, expected at most {largest}, the shorter side of the largest image of {where}"
    if size == 1:
        return "the patch size is 1, expected at least 2: a single pixel is always flat"
    found = f"only {taken} of {n}" if taken else f"none of the {n}"
    return (
        f"{found} patches of {where} that were wanted could be found, expected windows of {size} x {size} pixels "
        f"that are not flat: with a standard deviation of at least {min_std:g}"
    )
