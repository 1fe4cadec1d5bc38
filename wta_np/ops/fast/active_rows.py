"""Backward of a convolution where few positions have a gradient: only their windows are touched.

Positions ("rows") are taken by groups of images, which threads share: windows of different images never overlap.
"""

from __future__ import annotations

from typing import Any

from wta_np._utils.parallel import N_ACCUMULATORS, matmul_row_blocks, share_work
from wta_np.backend import Array, to_numpy
from wta_np.backend_differences import scatter_add, set_where
from wta_np.ops.im2col import chunks, window_index, windows_at


def filters_at_rows(xp: Any, dy: Array, x: Array, kh: int, kw: int, rows: Array) -> Array:
    """``dW = cols.T dy`` for dy of shape (R, F), with the windows around `rows` for cols."""
    c, f = x.shape[3], dy.shape[1]
    dW = xp.zeros((N_ACCUMULATORS, kh * kw * c, f), dtype=x.dtype)
    parts = chunks(xp, len(rows), 4 * kh * kw * c * x.dtype.itemsize)
    if len(parts) < N_ACCUMULATORS:  # a part for each
        parts = [
            slice(len(rows) * i // N_ACCUMULATORS, len(rows) * (i + 1) // N_ACCUMULATORS)
            for i in range(N_ACCUMULATORS)
        ]

    def accumulate(some):
        for i in some:
            for part in parts[i::N_ACCUMULATORS]:
                cols, d_part = windows_at(xp, x, rows[part], kh, kw), dy[part]
                for few in matmul_row_blocks(xp, len(cols), dW[i].size):
                    dW[i] += cols[few].T @ d_part[few]

    share_work(accumulate, range(N_ACCUMULATORS), xp)
    return dW.sum(axis=0).reshape(kh, kw, c, f)


def backward_at_rows(xp: Any, dy: Array, x: Array, W: Array, rows: Array) -> tuple[Array, Array]:
    """dx and dW of `wta_np.ops.conv.conv2d_backward` for dy of shape (R, F).

    All windows have their pixel (u, v) at different places, if no row repeats: so for each (u, v) these pixels
    are gathered, multiplied and added into dx at once. No matrix of all windows exists.
    """
    n, h, w, c = x.shape
    kh, kw, _, f = W.shape
    dy, rows = _each_once(xp, dy, rows)
    groups = [
        n * i // N_ACCUMULATORS * h * w for i in range(N_ACCUMULATORS + 1)
    ]  # of images, by their first row
    groups = to_numpy(xp.searchsorted(rows, xp.asarray(groups))).tolist()
    pixels = x.reshape(-1, c)
    turned = xp.ascontiguousarray(W.reshape(-1, c, f).swapaxes(1, 2))  # (kh*kw, F, C)
    dW = xp.zeros((N_ACCUMULATORS, kh * kw, c, f), dtype=x.dtype)
    dx = xp.zeros((len(pixels) + 1, c), dtype=x.dtype)  # at its end a place for what falls beyond the border

    def accumulate(some):
        for i in some:
            mine = slice(groups[i], groups[i + 1])
            for part in chunks(xp, mine.stop - mine.start, 6 * kh * kw * c * 8):
                d_part = dy[mine][part]
                index, inside = window_index(xp, rows[mine][part], x.shape, kh, kw)
                index, outside = (a.reshape(len(d_part), -1).T for a in (index, ~inside))  # (kh*kw, R)
                cols = xp.take(pixels, index, axis=0)  # (kh*kw, R, C)
                set_where(cols, outside, 0)
                for few in matmul_row_blocks(xp, len(d_part), c * f):
                    dW[i] += xp.matmul(cols[:, few].swapaxes(1, 2), d_part[few])
                    xp.matmul(d_part[few], turned, out=cols[:, few])  # now of dx
                index = xp.where(outside, len(pixels), index)
                for places, d_pixels in zip(index, cols):
                    dx[places] += d_pixels

    share_work(accumulate, range(N_ACCUMULATORS), xp)
    return dx[:-1].reshape(x.shape), dW.sum(axis=0).reshape(W.shape)


def _each_once(xp, dy, rows):
    """Rows in rising order, each once, and the sums of dy (R, F) at each."""
    if bool((rows[1:] > rows[:-1]).all()):
        return dy, rows
    rows, slot = xp.unique(rows, return_inverse=True)
    f = dy.shape[1]
    total = xp.zeros(len(rows) * f, dtype=dy.dtype)
    scatter_add(total, (slot[:, None] * f + xp.arange(f)).reshape(-1), dy.reshape(-1))
    return total.reshape(-1, f), rows
