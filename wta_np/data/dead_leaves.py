"""Dead leaves: images of disks that hide each other, with the statistics of natural images.

Leaves fall one on the other until the ground is covered, and are seen from above (Matheron 1968). With radii of
density ``p(r) ~ r^-3`` between `r_min` and `r_max` a picture has, like a photograph, no scale of its own: there
are edges of all lengths and orientations, one object in front of another, and a power spectrum that falls as
about ``f^-2`` (Ruderman 1997; Lee, Mumford and Huang 2001).
"""

from __future__ import annotations

import math

import numpy as np

from wta_np._utils.validation import check_int, check_number
from wta_np.data.dataset import Dataset
from wta_np.data.source import DataSource

N_TRAIN, N_TEST, SIZE, SMALLEST = 64, 16, 128, 2.0  # of `load("dead-leaves")`
AT_ONCE = 1 << 19  # pairs of a pixel and a disk that are compared at once
FRESH = 1 << 12  # disks that are drawn at once
MOST = 1e9  # disks for an image: about a minute


def load_dead_leaves() -> Dataset:
    """64 training and 16 test images of 128 x 128 pixels in colour, without labels; always the same.

    Radii begin at 2 pixels, so that a patch of 11 x 11 has edges in it rather than dots.
    """
    images = dead_leaves(N_TRAIN + N_TEST, SIZE, r_min=SMALLEST)
    return Dataset(images[:N_TRAIN], None, images[N_TRAIN:], None)


def dead_leaves(
    n: int,
    size: int = SIZE,
    channels: int = 3,
    r_min: float = 1.0,
    r_max: float | None = None,
    rng: int | np.random.Generator = 0,
) -> np.ndarray:
    """Images of occluding disks.

    Painted from front to back: a disk colours the pixels that none before it has covered, until none is
    left, which is exact. Centres are uniform over the image and a margin of `r_max` around it, so that a
    border is covered as the middle is; each channel of a disk's colour is uniform in [0, 1].

    Parameters
    ----------
    n : int
        How many images.
    size : int
        Their side, in pixels.
    channels : int
    r_min, r_max : float
        Radii, in pixels; `r_max` is half of `size` by default. The power spectrum of images of 128 pixels
        falls as f^-1.9 with ``r_min=1``, as f^-2.4 with ``r_min=2``: there is nothing smaller than a disk.
    rng : int or numpy.random.Generator
        Same seed, same images; more images begin with the same ones.

    Returns
    -------
    ndarray, shape (n, size, size, channels)
        float32 in [0, 1].

    Raises
    ------
    TypeError, ValueError
        A number is not whole, too small, or `r_max` is not above `r_min`; or the radii are so small, or so
        large beside the image, that next to no disk hides a pixel.

    Examples
    --------
    >>> dead_leaves(2, size=16).shape
    (2, 16, 16, 3)
    """
    n, size, channels = (
        check_int(name, value, 1) for name, value in (("n", n), ("size", size), ("channels", channels))
    )
    r_min = check_number("r_min", r_min, 0, above=True)
    r_max = check_number("r_max", max(size / 2, 2 * r_min) if r_max is None else r_max, r_min, above=True)
    if MOST * _hidden(size, r_min, r_max) < 1 + 2 * math.log(size):
        raise ValueError(
            f"r_min is {r_min:g} and r_max {r_max:g}, expected radii with which fewer than {MOST:g} disks cover an "
            f"image of {size} x {size} pixels"
        )
    rng = np.random.default_rng(rng)
    return np.stack([_image(size, channels, r_min, r_max, rng) for _ in range(n)])


def radii(n: int, r_min: float, r_max: float, rng: np.random.Generator) -> np.ndarray:
    """`n` radii of density ``r^-3`` in [r_min, r_max], by the inverse of their distribution function.

    ``F(r) = (r_min^-2 - r^-2) / (r_min^-2 - r_max^-2)``, so ``r = (r_min^-2 - F (r_min^-2 - r_max^-2))^-1/2``.
    """
    return (r_min**-2 - rng.random(n) * (r_min**-2 - r_max**-2)) ** -0.5


def _hidden(size, r_min, r_max):
    """The chance that a disk hides a certain pixel: ``pi E[r^2]`` over the area in which centres are.

    ``E[r^2] = 2 log(r_max / r_min) / (r_min^-2 - r_max^-2)``.
    """
    ratio = r_min / r_max
    mean_square = -2 * math.log(ratio) * r_min * (r_min / (1 - ratio * ratio)) if ratio else 0.0
    side = size - 1 + 2 * r_max  # multiplied below: a power would refuse to become infinite
    return math.pi * mean_square / (side * side)


def _image(size, channels, r_min, r_max, rng):
    """One image, ndarray (size, size, channels)."""
    image = np.empty((size * size, channels), np.float32)
    bare = np.arange(size * size)  # pixels that no disk covers yet
    while len(bare):
        r = radii(FRESH, r_min, r_max, rng)
        y, x = rng.uniform(-r_max, size - 1 + r_max, (2, FRESH))
        colours = rng.random((FRESH, channels), np.float32)
        seen = (np.abs(y - y.clip(0, size - 1)) <= r) & (np.abs(x - x.clip(0, size - 1)) <= r)
        leaves = np.stack([y, x, r])[:, seen].astype(np.float32)
        bare = _fall(image, bare, size, leaves, colours[seen])
    return image.reshape(size, size, channels)


def _fall(image, bare, size, leaves, colours):
    """Paint `leaves` (3, n) behind what is there; returns the pixels that are still bare."""
    start = 0
    while len(bare) and start < leaves.shape[1]:
        stop = start + max(8, AT_ONCE // len(bare))
        y, x, r = leaves[:, start:stop]
        places = np.arange(size, dtype=np.float32)[:, None]
        down, across = (places - y) ** 2, (places - x) ** 2 - r**2  # (size, disks)
        inside = down[bare // size] + across[bare % size] <= 0  # (bare, disks)
        first = inside.argmax(axis=1)  # the disk in front
        hit = inside[np.arange(len(bare)), first]
        image[bare[hit]] = colours[start + first[hit]]
        bare = bare[~hit]
        start = stop
    return bare


SOURCE = DataSource(
    "dead-leaves",
    (N_TRAIN, N_TEST),
    lambda data_dir, progress: load_dead_leaves(),
    origin="drawn when asked for",
)
