"""Windows of images as rows of a matrix, and back: im2col and its adjoint col2im.

A convolution is a matrix product once every window of the image is a row. All windows
here have odd sizes, lie centred on their position at stride 1, and see zeros beyond the border ("same").
Channels last makes "all channels at one position" one contiguous piece of memory, so a window is a few
long copies. Positions are counted flat, ``row = (n H + y) W + x``: one row of the matrix for each.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from wta_np._utils.validation import check_arrays, check_indices, check_int, check_odd
from wta_np.backend import Array, array_module
from wta_np.backend_differences import scatter_add, set_where

CHUNK_BYTES = {"numpy": 1 << 24}  # a few images at a time stay in the processor's cache
DEVICE_CHUNK_BYTES = 1 << 28  # a GPU has no such cache: fewer, larger pieces


def im2col(x: Array, kh: int, kw: int, rows: Array | None = None) -> Array:
    """The windows of `x` as rows: ``cols[(n, i, j), (u, v, c)] = x[n, i + u - kh//2, j + v - kw//2, c]``.

    Parameters
    ----------
    x : ndarray, shape (N, H, W, C)
        Images; beyond their border stand zeros.
    kh, kw : int
        Height and width of a window, both odd.
    rows : ndarray of int, shape (R,), optional
        Flat positions ``(n H + i) W + j`` whose windows are wanted. By default all, in order.

    Returns
    -------
    cols : ndarray, shape (N*H*W or R, kh*kw*C)

    Raises
    ------
    TypeError, ValueError
        If `x` is not a batch of images, a size is even, or a row lies outside the batch.

    Examples
    --------
    >>> import numpy
    >>> im2col(numpy.array([[[[1.0], [2.0], [3.0]]]]), 1, 3)
    array([[0., 1., 2.],
           [1., 2., 3.],
           [2., 3., 0.]])
    """
    xp = check_arrays(x=(x, "N H W C"))
    check_window(kh, kw)
    n, h, w, c = x.shape
    if rows is None:
        cols = xp.zeros((n, h, w, kh, kw, c), dtype=x.dtype)
        fill_columns(cols, x)
        return cols.reshape(n * h * w, kh * kw * c)
    return windows_at(xp, x, check_rows(rows, x=x), kh, kw)


def col2im(cols: Array, shape: Sequence[int], kh: int, kw: int, rows: Array | None = None) -> Array:
    """Adjoint of `im2col`: every window is added to the image at the place it was taken from.

    ``<im2col(x), cols> = sum over (n, i, j), (u, v, c) of x[n, i + u - kh//2, j + v - kw//2, c] cols[...]``;
    what multiplies a pixel of x is the sum of all window entries that show this pixel.

    Parameters
    ----------
    cols : ndarray, shape (N*H*W or R, kh*kw*C)
    shape : (N, H, W, C)
        Of the images.
    kh, kw : int
        Height and width of a window, both odd.
    rows : ndarray of int, shape (R,), optional
        Flat positions of the windows. They may overlap and repeat.

    Returns
    -------
    x : ndarray, shape (N, H, W, C)

    Raises
    ------
    TypeError, ValueError
        As `im2col`, or if `cols` has not that shape.

    Examples
    --------
    >>> import numpy
    >>> col2im(numpy.ones((3, 3)), (1, 1, 3, 1), 1, 3).ravel()  # how many windows show each pixel
    array([2., 3., 2.])
    """
    check_window(kh, kw)
    n, h, w, c = (check_int("shape", length, 0) for length in shape)
    if rows is None:
        xp = check_arrays(cols=(cols, f"{n * h * w} {kh * kw * c}"))
        x = xp.zeros(shape, dtype=cols.dtype)
        add_columns(x, cols.reshape(n, h, w, kh, kw, c))
        return x
    check_arrays(cols=(cols, f"R {kh * kw * c}"))
    xp = array_module(cols=cols)
    rows = check_rows(rows, length=len(cols), shape=shape, cols=cols)
    x = xp.zeros((n * h * w + 1) * c, dtype=cols.dtype)  # at its end a place for what falls outside
    for part in chunks(xp, len(rows), 4 * kh * kw * c * 8):
        add_windows(x, cols[part], rows[part], shape, kh, kw)
    return x[: n * h * w * c].reshape(n, h, w, c)


def window_rows(rows: Array, shape: Sequence[int], kh: int, kw: int, *, known_inside: bool = False) -> Array:
    """All positions inside the windows around `rows`: where their gradient arrives one layer below.

    Parameters
    ----------
    rows : ndarray of int, shape (R,)
        Flat positions.
    shape : (N, H, W, ...)
        Of the images.
    kh, kw : int
        Height and width of a window, both odd.
    known_inside : bool
        Leave out the check that all rows lie inside: the host waits for its answer.

    Returns
    -------
    ndarray of int
        Flat positions in rising order, each once; those beyond the border are left out.

    Examples
    --------
    >>> import numpy
    >>> window_rows(numpy.array([0, 7]), (1, 2, 4), 1, 3)
    array([0, 1, 6, 7])
    """
    check_window(kh, kw)
    xp = array_module(rows=rows)
    rows = rows if known_inside else check_rows(rows, shape=shape)
    positions = math.prod(shape[:3])
    touched = xp.zeros(positions + 1, dtype=bool)
    index, inside = window_index(xp, rows, shape, kh, kw)
    touched[xp.where(inside, index, positions)] = True
    return xp.flatnonzero(touched[:positions])


def overlap(shift: int, length: int) -> tuple[slice, slice]:
    """Slices (here, there) of the positions i and i + shift that both lie in range(length)."""
    low, high = max(0, -shift), min(length, length - shift)
    high = max(low, high)
    return slice(low, high), slice(low + shift, high + shift)


def windows_at(xp: Any, x: Array, rows: Array, kh: int, kw: int) -> Array:
    """The windows of `x` around `rows` (R,), which lie inside: ndarray (R, kh*kw*C)."""
    n, h, w, c = x.shape
    index, inside = window_index(xp, rows, x.shape, kh, kw)  # (R, kh, kw)
    cols = xp.take(x.reshape(n * h * w, c), index, axis=0)  # (R, kh, kw, C)
    set_where(cols, ~inside, 0)
    return cols.reshape(len(rows), kh * kw * c)


def fill_columns(cols: Array, x: Array) -> None:
    """Copy the windows of `x` (N, H, W, C) into `cols` (N, H, W, kh, kw, C), whose rim must be zero."""
    _, h, w, kh, kw, _ = cols.shape
    for u in range(kh):
        i, y = overlap(u - kh // 2, h)
        for v in range(kw):
            j, z = overlap(v - kw // 2, w)
            cols[:, i, j, u, v] = x[:, y, z]


def add_columns(x: Array, cols: Array) -> None:
    """Add `cols` (N, H, W, kh, kw, C) into `x` (N, H, W, C), the adjoint of `fill_columns`."""
    _, h, w, kh, kw, _ = cols.shape
    for u in range(kh):
        i, y = overlap(u - kh // 2, h)
        for v in range(kw):
            j, z = overlap(v - kw // 2, w)
            x[:, y, z] += cols[:, i, j, u, v]


def add_windows(x: Array, cols: Array, rows: Array, shape: Sequence[int], kh: int, kw: int) -> None:
    """Add windows (R, kh*kw*C) around `rows` into flat images with C spare places at their end."""
    xp = array_module(x)
    n, h, w, c = shape
    index, inside = window_index(xp, rows, shape, kh, kw)
    index = xp.where(inside, index, n * h * w) * c  # (R, kh, kw)
    index = index[..., None] + xp.arange(c)  # (R, kh, kw, C)
    scatter_add(x, index.reshape(-1), cols.reshape(-1))  # places that repeat add up


def window_index(xp: Any, rows: Array, shape: Sequence[int], kh: int, kw: int) -> tuple[Array, Array]:
    """Flat positions in the windows around `rows` (R,), clipped into the image, and which needed no clipping.

    Both (R, kh, kw), for images of `shape` (N, H, W, C).
    """
    _, h, w = shape[:3]
    line, j = rows // w, rows % w  # line = n H + i
    i = line % h
    y = i[:, None] + xp.arange(-(kh // 2), kh // 2 + 1)  # (R, kh)
    x = j[:, None] + xp.arange(-(kw // 2), kw // 2 + 1)  # (R, kw)
    inside = ((y >= 0) & (y < h))[:, :, None] & ((x >= 0) & (x < w))[:, None, :]
    y, x = xp.clip(y, 0, h - 1), xp.clip(x, 0, w - 1)
    return (((line - i)[:, None] + y) * w)[:, :, None] + x[:, None, :], inside  # (R, kh, kw)


def chunks(xp: Any, n: int, bytes_each: int) -> list[slice]:
    """Slices that cut `n` images (or rows) into pieces of a size that suits the library; none if n is 0."""
    step = max(1, CHUNK_BYTES.get(xp.__name__, DEVICE_CHUNK_BYTES) // max(1, bytes_each))
    return [slice(start, min(start + step, n)) for start in range(0, n, step)]


def check_window(kh: int, kw: int) -> None:
    """Odd sizes, or a TypeError or ValueError."""
    check_odd("kh", kh)
    check_odd("kw", kw)


def check_rows(
    rows: Array, *, length: int | None = None, shape: Sequence[int] | None = None, **beside: Any
) -> Array:
    """`rows` (R,), as whole numbers of the size that the machine counts with.

    TypeError or ValueError unless they are flat positions, ``(n H + i) W + j``, in images of `shape`, by default
    that of the first array beside, and of the library of the arrays beside.
    """
    array_module(**beside, rows=rows)
    if rows.ndim != 1 or length not in (None, len(rows)):
        wanted = "(R,)" if length is None else f"({length},)"
        raise ValueError(f"rows has shape {rows.shape}, expected {wanted}")
    return check_indices("rows", rows, math.prod((shape or next(iter(beside.values())).shape)[:3]))
