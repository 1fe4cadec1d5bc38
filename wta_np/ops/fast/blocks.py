"""Convolution a few images at a time: their columns stay in the cache, and threads share the images.

This is im2col and a matrix product, as in `wta_np.ops.conv`, but cut into pieces. The columns of a mini-batch would
take 25 times the memory of its images (for 5 x 5 filters); those of a few images fit the cache.
"""

from __future__ import annotations

from typing import Any

from wta_np._utils.parallel import CACHE_FRACTION, N_ACCUMULATORS, matmul_row_blocks, share_work
from wta_np.backend import array_module
from wta_np.ops.im2col import chunks, fill_columns


def image_blocks(x: Any, kh: int, kw: int) -> list[slice]:
    """Slices of the images of `x` (N, H, W, C) whose columns fit the cache."""
    n, h, w, c = x.shape
    return chunks(array_module(x), n, CACHE_FRACTION * h * w * kh * kw * c * x.dtype.itemsize)


def correlate_blocks(x: Any, W: Any, b: Any = None) -> Any:
    """``y = im2col(x) W + b``: x (N, H, W, C), filters W (kh, kw, C, F), b (F,) or None; y (N, H, W, F)."""
    xp = array_module(x)
    n, h, w, c = x.shape
    kh, kw, _, f = W.shape
    W = W.reshape(kh * kw * c, f)
    y = xp.empty((n, h, w, f), dtype=x.dtype)
    parts = image_blocks(x, kh, kw)

    def correlate(some):
        cols = xp.zeros((parts[0].stop, h, w, kh, kw, c), dtype=x.dtype)
        for part in some:
            windows = cols[: part.stop - part.start]
            fill_columns(windows, x[part])
            flat = y[part].reshape(-1, f)  # (n*H*W, F), a view
            windows = windows.reshape(-1, W.shape[0])
            for rows in matmul_row_blocks(xp, len(flat), W.size):
                xp.matmul(windows[rows], W, out=flat[rows])
            if b is not None:
                flat += b

    share_work(correlate, parts, xp)
    return y


def correlate_filters_blocks(dy: Any, x: Any, kh: int, kw: int) -> Any:
    """``dW = im2col(x).T dy``: dy (N, H, W, F), x (N, H, W, C); dW (kh, kw, C, F)."""
    xp = array_module(x)
    _, h, w, c = x.shape
    f = dy.shape[3]
    dW = xp.zeros((N_ACCUMULATORS, kh * kw * c, f), dtype=x.dtype)
    parts = image_blocks(x, kh, kw)

    def accumulate(some):
        cols = xp.zeros((parts[0].stop, h, w, kh, kw, c), dtype=x.dtype)
        for i in some:
            for part in parts[i::N_ACCUMULATORS]:
                windows = cols[: part.stop - part.start]
                fill_columns(windows, x[part])
                windows, flat = windows.reshape(-1, kh * kw * c), dy[part].reshape(-1, f)
                for rows in matmul_row_blocks(xp, len(flat), dW[i].size):
                    dW[i] += windows[rows].T @ flat[rows]

    share_work(accumulate, range(min(N_ACCUMULATORS, len(parts))), xp)
    return dW.sum(axis=0).reshape(kh, kw, c, f)
