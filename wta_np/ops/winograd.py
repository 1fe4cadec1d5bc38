"""Convolution with fewer multiplications: Winograd's algorithm, from Toom and Cook's interpolation.

In one dimension m outputs of a filter with r taps, ``y_i = sum_k d[i + k] g[k]``, take m r
multiplications. Turned around, they are a product of polynomials, and a polynomial of degree n - 1 is known
by its values at ``n = m + r - 1`` points: evaluate, multiply point by point, interpolate. Transposed, that
gives matrices with (Lavin and Gray 2016)::

    y = AT ((G g) * (BT d))            n multiplications; AT (m, n), G (n, r), BT (n, n) are constants

and in two dimensions, for a tile d of n x n pixels and its m x m outputs::

    Y = AT ((G g G.T) * (BT d BT.T)) AT.T

The sum over channels turns the middle product into one matrix product for each of the n x n points. For
5 x 5 filters and m = 4 these have 64 multiplications for 16 outputs, in place of 400. `wta_np.ops.conv` is
what this computes, and takes it where it pays.
"""

from __future__ import annotations

import functools
from fractions import Fraction

import numpy

from wta_np.backend import backend_name, to_backend
from wta_np.checks import check_arrays
from wta_np.ops.im2col import chunks

OUTPUTS = 4  # m: larger tiles save more and lose digits, since their points lie farther apart
SIZES = (3, 5)  # filters for which that is accurate to about 1e-5 in float32
LEAST_CHANNELS = 4
POINTS = [Fraction(p) for p in ("0", "1", "-1", "2", "-2", "1/2", "-1/2")]  # and infinity


def toom_cook(m, r):
    """The matrices of ``y = AT ((G g) * (BT d))``, exact.

    Evaluating ``g_0 + g_1 a + ...`` at the points a, and taking the leading coefficient for the point at
    infinity, is a Vandermonde matrix, V_r for r coefficients. A product of polynomials with r and m
    coefficients is ``V_n^-1 ((V_r g) * (V_m y))``; its adjoint in y is the filter above::

        AT = V_m.T     G = V_r     BT = V_n^-T

    The rows of V_n^-T are the coefficients of Lagrange's polynomials, ``prod of (s - b) / (a - b) over the
    other points b``, and for infinity those of ``prod of (s - b)``. Each row is scaled to a largest entry
    of 1, and the row of G that it meets is scaled back: so the numbers in between stay of one size.

    Parameters
    ----------
    m, r : int
        Outputs of a tile and taps of the filter; m + r - 2 is at most 7, the number of points.

    Returns
    -------
    AT, G, BT : list of list of Fraction
        Of (m, n), (n, r) and (n, n) entries, n = m + r - 1.

    Examples
    --------
    >>> AT, G, BT = toom_cook(2, 3)
    >>> [[str(entry) for entry in row] for row in AT]
    [['1', '1', '1', '0'], ['0', '1', '-1', '1']]
    """
    n = m + r - 1
    points = POINTS[: n - 1]
    AT = [[a**i for a in points] + [Fraction(i == m - 1)] for i in range(m)]
    G, BT = [], []
    for a in points:
        others = [b for b in points if b != a]
        row = [*_coefficients(others), Fraction(0)]
        scale = max(map(abs, row))
        norm = functools.reduce(lambda product, b: product * (a - b), others, Fraction(1))
        BT.append([entry / scale for entry in row])
        G.append([a**k * scale / norm for k in range(r)])
    row = _coefficients(points)
    scale = max(map(abs, row))
    BT.append([entry / scale for entry in row])
    G.append([scale * (k == r - 1) for k in range(r)])
    return AT, G, BT


def _coefficients(roots):
    """Of ``prod of (s - b)``, that of s^0 first."""
    row = [Fraction(1)]
    for b in roots:
        row = [low - b * high for low, high in zip([Fraction(0), *row], [*row, Fraction(0)])]
    return row


@functools.lru_cache
def _matrices(r, dtype, backend):
    """AT, G, BT for both dimensions at once: Kronecker squares, (m², n²), (n², r²), (n², n²)."""
    squares = []
    for matrix in toom_cook(OUTPUTS, r):
        exact = numpy.array([[float(entry) for entry in row] for row in matrix])
        squares.append(to_backend(numpy.kron(exact, exact).astype(dtype), backend))
    return squares


class _Tiles:
    """The tiles of a batch: m x m outputs each, some images at a time, in buffers that are used again.

    A tile's pixels, or points, are the first axis, ``(n², tiles, channels)``: a transform of all tiles and
    channels is then one matrix product, and so is the sum over channels at each point.
    """

    def __init__(self, xp, x, f, r):
        n, self.h, self.w, self.c = x.shape
        self.xp, self.x, self.r, self.f, m = xp, x, r, f, OUTPUTS
        self.AT, self.G, self.BT = _matrices(r, str(x.dtype), backend_name(x))
        self.down, self.across, self.n_points = -(-self.h // m), -(-self.w // m), (m + r - 1) ** 2
        of_image = self.down * self.across
        parts = chunks(xp, n, of_image * self.n_points * (2 * self.c + f) * x.dtype.itemsize)
        size = -(-n // max(1, len(parts)))  # all pieces of one size, but for the last
        self.parts = [slice(start, min(start + size, n)) for start in range(0, n, max(1, size))]
        self.n_tiles = size * of_image
        self.padded = xp.zeros((size, self.down * m + r - 1, self.across * m + r - 1, self.c), x.dtype)
        self.pixels = xp.empty((m + r - 1, m + r - 1, size, self.down, self.across, self.c), x.dtype)
        self.transformed = self.at_points(self.c)
        self.outputs = xp.zeros((m, m, size, self.down, self.across, f), x.dtype)

    def at_points(self, channels):
        """An array for one value of each tile and channel at each point: (n², tiles, channels)."""
        return self.xp.empty((self.n_points, self.n_tiles, channels), self.x.dtype)

    def inputs(self, part):
        """``BT d BT.T`` of the images x[part]: ndarray (n², tiles, C). Beyond x[part] it is not defined."""
        n, edge = part.stop - part.start, self.r // 2
        self.padded[:n, edge : edge + self.h, edge : edge + self.w] = self.x[part]
        down, across = OUTPUTS * self.down, OUTPUTS * self.across
        for u, line in enumerate(self.pixels):
            for v, pixels in enumerate(line):
                pixels[...] = self.padded[:, u : u + down : OUTPUTS, v : v + across : OUTPUTS]
        flat = self.pixels.reshape(self.n_points, -1), self.transformed.reshape(self.n_points, -1)
        self.xp.matmul(self.BT, flat[0], out=flat[1])
        return self.transformed

    def places(self, part, y):
        """Pairs of views: outputs (i, j) of all tiles in the buffer, and where they are in y[part]."""
        y, n = y[part], part.stop - part.start
        for i, line in enumerate(self.outputs):
            for j, outputs in enumerate(line):
                place = y[:, i::OUTPUTS, j::OUTPUTS]
                yield outputs[:n, : place.shape[1], : place.shape[2]], place


def winograd_pays(x, kh, kw):
    """Whether filters of this size over the images `x` (N, H, W, C) are faster so than by im2col.

    Measured: from a few channels on, where the transforms of the tiles are less work than what they save.
    """
    _, h, w, c = x.shape
    return kh == kw and kh in SIZES and c >= LEAST_CHANNELS and min(h, w) >= OUTPUTS


def winograd_forward(x, W, b=0):
    """`wta_np.ops.conv.conv2d_forward`, with fewer multiplications.

    Parameters
    ----------
    x : ndarray, shape (N, H, W, C)
    W : ndarray, shape (r, r, C, F)
        With r in `SIZES`.
    b : ndarray, shape (F,), or 0

    Returns
    -------
    y : ndarray, shape (N, H, W, F)
    """
    xp = check_arrays(x=(x, "N H W C"), W=(W, "r r C F"))
    (r, _, c, f), y = W.shape, xp.empty((*x.shape[:3], W.shape[3]), x.dtype)
    tiles = _Tiles(xp, x, f, r)
    filters = (tiles.G @ W.reshape(r * r, c * f)).reshape(-1, c, f)  # (n², C, F)
    products = tiles.at_points(f)
    outputs = tiles.outputs.reshape(OUTPUTS**2, -1)
    for part in tiles.parts:
        xp.matmul(tiles.inputs(part), filters, out=products)
        xp.matmul(tiles.AT, products.reshape(tiles.n_points, -1), out=outputs)
        for output, place in tiles.places(part, y):
            xp.add(output, b, out=place)
    return y


def winograd_backward_filters(dy, x, r):
    """The dW of `wta_np.ops.conv.conv2d_backward`, with fewer multiplications.

    Each step of `winograd_forward` is linear; its adjoints in W, in reverse order::

        dM = AT.T dY AT     dU = sum over tiles of V.T dM, at each point     dW = G.T dU G

    with V the transformed tiles of x, and U and M the transformed filters and the products.

    Parameters
    ----------
    dy : ndarray, shape (N, H, W, F)
    x : ndarray, shape (N, H, W, C)
    r : int
        Side of the filters, in `SIZES`.

    Returns
    -------
    dW : ndarray, shape (r, r, C, F)
    """
    xp = check_arrays(dy=(dy, "N H W F"), x=(x, "N H W C"))
    c, f = x.shape[3], dy.shape[3]
    tiles = _Tiles(xp, x, f, r)
    d_filters = xp.zeros((tiles.n_points, c, f), x.dtype)
    d_products = tiles.at_points(f)
    for part in tiles.parts:
        tiles.outputs[:, :, part.stop - part.start :] = 0  # images beyond the last
        for output, place in tiles.places(part, dy):
            output[...] = place
        d_outputs = tiles.outputs.reshape(OUTPUTS**2, -1)
        xp.matmul(tiles.AT.T, d_outputs, out=d_products.reshape(tiles.n_points, -1))
        d_filters += xp.matmul(tiles.inputs(part).transpose(0, 2, 1), d_products)
    return (tiles.G.T @ d_filters.reshape(tiles.n_points, c * f)).reshape(r, r, c, f)
