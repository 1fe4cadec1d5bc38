"""Tiles of images, and Winograd's transforms of them: what `wta_np.ops.fast.winograd` does to a few images at a time.

Most of the time of that convolution goes into moving numbers. So these methods copy runs that are as long as they can
be, in few calls, through buffers that fit a cache.
"""

from __future__ import annotations

import math

from wta_np._utils.parallel import CACHE_FRACTION, N_ACCUMULATORS, SINGLE_THREAD_MULTIPLICATIONS
from wta_np.backend import Array, array_module
from wta_np.ops.im2col import chunks


class Tiles:
    """Images as tiles of m x m outputs, some images at a time, in buffers that are used again.

    `x` (N, H, W, C) is what they are cut from, `size` the most of its images at a time, `channels` the most at a point.
    Points come first, ``(n, n, tiles, channels)``: the sum over channels is then one matrix product for each
    point. What lies between images and points is in the buffers `buffer_a` and `buffer_b` by turns.
    """

    def __init__(self, x: Array, channels: int, AT: Array, BT: Array, size: int) -> None:
        (_, h, w, c), (m, n) = x.shape, AT.shape
        self.xp, self.AT, self.BT = array_module(x, AT, BT), AT, BT
        self.down, self.across, self.edge = ceil_divide(h, m), ceil_divide(w, m), (n - m + 1) // 2
        lines, columns = (m * (tiles + ceil_divide(n - m, m)) for tiles in (self.down, self.across))
        self.padded = self.xp.zeros((size, lines, columns, c), dtype=x.dtype)
        numbers = size * max(n * self.down, lines) * n * self.across * channels
        self.buffer_a, self.buffer_b = (
            self.xp.empty(numbers, dtype=x.dtype),
            self.xp.empty(numbers, dtype=x.dtype),
        )

    def evaluate(self, x: Array) -> Array:
        """``BT d BT.T`` of the tiles of images (size, H, W, C): ndarray (n, n, tiles, C), in `buffer_a`.

        Tiles overlap. Their pixels are copied along the width only; the sums along the width are made once
        for each line of the image, and those along the height read these lines where they are.
        """
        xp, (size, h, w, c), (m, n) = self.xp, x.shape, self.AT.shape
        padded = self.padded[:size]
        padded[:, self.edge :, self.edge :][:, :h, :w] = x
        lines, width = padded.shape[1], self.across * c
        padded = padded.reshape(size, lines, -1, m, c).transpose(3, 0, 1, 2, 4)  # (m, size, lines, .., C)
        pixels = view(self.buffer_a, n, size, lines, self.across, c)
        for v in range(0, n, m):
            pixels[v : v + m] = padded[: n - v, :, :, v // m : v // m + self.across]
        by_lines = (n, size * lines // m, m * width)
        half = view(self.buffer_b, *by_lines)
        xp.matmul(self.BT, pixels.reshape(by_lines).swapaxes(0, 1), out=half.swapaxes(0, 1))
        half = half.reshape(n, size, lines, width)
        points = view(self.buffer_a, n, n, size, self.down, width)
        for i in range(self.down):
            out = points[:, :, :, i].transpose(1, 2, 0, 3)  # (n, size, n, width)
            xp.matmul(self.BT, half[:, :, m * i : m * i + n], out=out)
        return points.reshape(n, n, -1, c)

    def interpolate(self, products: Array, y: Array, b: Array) -> None:
        """``y = AT products AT.T + b``, from points (n, n, tiles, F) in `buffer_b` to images (size, H, W, F)."""
        (m, n), rest = self.AT.shape, products[0, 0].size
        half = view(self.buffer_a, m, n, rest)
        self.xp.matmul(self.AT, products.reshape(n, n, rest).swapaxes(0, 1), out=half.swapaxes(0, 1))
        outputs = self.xp.matmul(self.AT, half, out=view(self.buffer_b, m, m, rest))
        lines = view(self.buffer_a, len(y), self.down, m, self.across, m, y.shape[3])
        lines[...] = outputs.reshape(m, m, len(y), self.down, self.across, -1).transpose(2, 3, 0, 4, 1, 5)
        lines = lines.reshape(len(y), m * self.down, m * self.across, -1)
        self.xp.add(lines[:, : y.shape[1], : y.shape[2]], b, out=y)

    def interpolate_backward(self, dy: Array) -> Array:
        """``AT.T dy AT``, from images (size, H, W, F) to points (n, n, tiles, F), in `buffer_a`."""
        (size, h, w, f), (m, n) = dy.shape, self.AT.shape
        lines = view(self.buffer_b, size, m * self.down, m * self.across, f)
        lines[:, h:], lines[:, :, w:] = 0, 0
        lines[:, :h, :w] = dy
        lines = lines.reshape(size, self.down, m, self.across, m, f).transpose(2, 4, 0, 1, 3, 5)
        d_outputs = view(self.buffer_a, *lines.shape)
        d_outputs[...] = lines
        rest = size * self.down * self.across * f
        half = self.xp.matmul(self.AT.T, d_outputs.reshape(m, m, rest), out=view(self.buffer_b, m, n, rest))
        points = view(self.buffer_a, n, n, rest)
        self.xp.matmul(self.AT.T, half.swapaxes(0, 1), out=points.swapaxes(0, 1))
        return points.reshape(n, n, -1, f)


def view(buffer: Array, *shape: int) -> Array:
    """The beginning of a flat buffer: a view of the given shape."""
    return buffer[: math.prod(shape)].reshape(shape)


def ceil_divide(a: int, b: int) -> int:
    """a / b, rounded up."""
    return -(-a // b)


def image_slices(x: Array, c: int, f: int, m: int, n: int) -> tuple[list[slice], int]:
    """Slices of the images of `x` (N, H, W, C) for parallel work, and the length of the longest.

    Each tile has m x m outputs and n x n points, `c` channels come in and `f` go out. A slice is small enough for
    single-threaded products of the BLAS. The slices do not depend on the number of threads.
    """
    xp, (images, h, w, _) = array_module(x), x.shape
    tiles = ceil_divide(h, m) * ceil_divide(w, m)
    parts = chunks(xp, images, CACHE_FRACTION * tiles * n * n * max(c, f) * x.dtype.itemsize)
    size = max((part.stop - part.start for part in parts), default=1)
    if xp.__name__ == "numpy":
        size = max(1, min(size, SINGLE_THREAD_MULTIPLICATIONS // (tiles * max(c * f, m * m * max(c, f)))))
    count = min(images, ceil_divide(images, size * N_ACCUMULATORS) * N_ACCUMULATORS)
    edges = [images * i // count for i in range(count)] + [images]
    return [slice(*edge) for edge in zip(edges, edges[1:])], size
