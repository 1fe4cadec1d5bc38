"""Features that are too many for the memory: kept in a file, and read a block of rows at a time."""

from __future__ import annotations

import errno
import math
import os
import tempfile
from collections.abc import Iterator
from typing import Any

import numpy

from wta_np.backend import Array

SHARE = 0.25  # of the memory, from which on features are kept in a file
BLOCK_BYTES = 2**22  # of a block of rows: small enough to stay in the cache
CGROUP = "/sys/fs/cgroup/memory.max"  # where Linux says how much of the memory this process may have


def memory_bytes() -> int:
    """The memory of this machine, or the part of it that this process may have; 0 if it cannot be told."""
    try:
        total = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, OSError, ValueError):  # not Linux or macOS
        return 0
    try:
        with open(CGROUP, encoding="ascii") as file:
            total = min(total, int(file.read()))
    except (OSError, ValueError):  # no limit
        pass
    return total


def empty_features(shape: tuple[int, ...], dtype: Any, max_bytes: int | None = None) -> numpy.ndarray:
    """An array to be filled: in memory, or if it has more than `max_bytes` in a file that vanishes with it.

    Parameters
    ----------
    shape : tuple of int
    dtype : dtype
    max_bytes : int, optional
        By default a quarter of the memory.

    Returns
    -------
    numpy.ndarray, or numpy.memmap
        The file is in the folder for temporary files, which the environment variable TMPDIR names.

    Raises
    ------
    OSError
        That folder has not so much space left.
    """
    n_bytes = math.prod(shape) * numpy.dtype(dtype).itemsize
    if max_bytes is None:
        max_bytes = int(SHARE * memory_bytes()) or n_bytes
    if n_bytes <= max_bytes:
        return numpy.empty(shape, dtype)
    with tempfile.TemporaryFile(prefix="wta_np-") as file:
        reserves = hasattr(os, "posix_fallocate")
        if reserves:  # a page without a place on the disk would end the process when it is written
            try:
                os.posix_fallocate(file.fileno(), 0, n_bytes)
            except OSError as error:
                if error.errno != errno.ENOSPC:
                    raise
                raise OSError(
                    errno.ENOSPC,
                    f"{tempfile.gettempdir()} has not the {n_bytes / 1e9:.1f} GB that features of shape {shape} need: "
                    "name another folder with the environment variable TMPDIR",
                ) from error
        return numpy.memmap(file, dtype, "r+" if reserves else "w+", shape=shape)


class Rows:
    """Some rows of an array that lies in a file. A slice of them is read when it is asked for.

    Attributes
    ----------
    whole : numpy.memmap, shape (N, D)
    index : numpy.ndarray of int, shape (n,)
    """

    ndim = 2

    def __init__(self, whole: Array, index: numpy.ndarray) -> None:
        self.whole, self.index = whole, index

    @property
    def shape(self) -> tuple[int, int]:
        """(n, D)."""
        return len(self.index), self.whole.shape[1]

    @property
    def dtype(self) -> numpy.dtype:
        """That of the numbers."""
        return self.whole.dtype

    @property
    def itemsize(self) -> int:
        """Bytes of a number."""
        return self.whole.itemsize

    def __len__(self) -> int:
        return len(self.index)

    def __getitem__(self, rows: slice) -> numpy.ndarray:
        """A copy of the rows of a slice."""
        return self.whole[self.index[rows]]


def take_rows(x: Array, index: Array) -> Array:
    """``x[index]``; of an array in a file, or of some rows of one, nothing is read before it is needed."""
    if isinstance(x, Rows):
        return Rows(x.whole, x.index[index])
    return Rows(x, index) if isinstance(x, numpy.memmap) else x[index]


def row_slices(x: Array, n_bytes: int | None = None, at_once: bool = False) -> Iterator[slice]:
    """Slices of the rows of x: blocks of about `n_bytes` (4 MB), at least one row each.

    With `at_once`, an array on a GPU is one slice: there, blocks save no time, only memory.
    """
    n_bytes = n_bytes or BLOCK_BYTES
    rows = max(1, n_bytes // max(1, x.shape[1] * x.itemsize))
    if at_once and not isinstance(x, (numpy.ndarray, Rows)):
        rows = max(1, len(x))
    return (slice(start, start + rows) for start in range(0, len(x), rows))
