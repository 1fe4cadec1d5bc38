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

from wta_np.backend import array_module, backend_name, get_backend
from wta_np.checks import check_arrays
from wta_np.ops.im2col import chunks, overlap

OUTPUTS = 4  # m: larger tiles save more and lose digits, since their points lie farther apart
SIZES = (3, 5)  # filters for which that is accurate to about 1e-5 in float32
LEAST_CHANNELS = 4
ONE_THREAD = 10**6  # multiplications of a matrix product that OpenBLAS does at once, without waking threads
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
    """AT (m, n), G (n, r), BT (n, n) as arrays."""
    xp = get_backend(backend).module
    exact = ([[float(entry) for entry in row] for row in matrix] for matrix in toom_cook(OUTPUTS, r))
    return [xp.asarray(matrix, dtype=dtype) for matrix in exact]


def _both_sides(xp, A, x, half=None, out=None):
    """``A x A.T`` for every x[:, :, i] of ndarray (q, q, ...), A of shape (p, q): ndarray (p, p, ...).

    Given flat buffers for what is between and for the result, it allocates nothing; `out` may be where x is.
    """
    p, q = A.shape
    rest = x[0, 0].size
    half = xp.empty(p * q * rest, x.dtype) if half is None else half[: p * q * rest]
    out = xp.empty(p * p * rest, x.dtype) if out is None else out[: p * p * rest]
    half, out = half.reshape(p, q, rest), out.reshape(p, p, rest)
    for v in range(q):
        xp.matmul(A, x.reshape(q, q, rest)[:, v], out=half[:, v])
    xp.matmul(A, half, out=out)
    return out.reshape(p, p, *x.shape[2:])


class _Tiles:
    """The tiles of a batch: m x m outputs each, some images at a time, in buffers that are used again.

    A tile's pixels, or points, are the first two axes, ``(n, n, tiles, channels)``: a transform of all tiles
    and channels is then two matrix products, and the sum over channels one for each point.
    """

    def __init__(self, x, f, r):
        xp, (n_images, self.h, self.w, c) = array_module(x), x.shape
        self.xp, self.x, self.edge, m, n = xp, x, r // 2, OUTPUTS, OUTPUTS + r - 1
        self.AT, self.G, self.BT = _matrices(r, str(x.dtype), backend_name(x))
        down, across = -(-self.h // m), -(-self.w // m)
        parts = chunks(xp, n_images, 2 * down * across * n * n * (c + f) * x.dtype.itemsize)
        size = -(-n_images // max(1, len(parts)))  # all pieces of one size, but for the last
        if xp.__name__ == "numpy":
            size = max(1, min(size, ONE_THREAD // (down * across * max(c * f, n * n * max(c, f)))))
        self.parts = [slice(start, min(start + size, n_images)) for start in range(0, n_images, max(1, size))]
        tiles = size * down * across
        self.padded = xp.zeros((size, down * m + r - 1, across * m + r - 1, c), x.dtype)
        self.pixels = xp.empty((n, n, tiles, c), x.dtype)
        self.half = xp.empty(n * n * tiles * max(c, f), x.dtype)
        self.products = xp.empty((n, n, tiles, f), x.dtype)
        self.outputs = xp.zeros((m, m, size, down, across, f), x.dtype)

    def inputs(self, part):
        """``BT d BT.T`` of the images x[part]: ndarray (n, n, tiles, C). Beyond x[part] it is not defined."""
        self.padded[: part.stop - part.start, self.edge :, self.edge :][:, : self.h, : self.w] = self.x[part]
        size, down, across, _ = self.outputs.shape[2:]
        places = (size, down, across, -1)
        for u, line in enumerate(self.pixels):
            for v, pixels in enumerate(line):
                lines, columns = (slice(s, s + OUTPUTS * t, OUTPUTS) for s, t in ((u, down), (v, across)))
                pixels.reshape(places)[...] = self.padded[:, lines, columns]
        return _both_sides(self.xp, self.BT, self.pixels, self.half, self.pixels.reshape(-1))

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
    is_accurate = x.dtype.itemsize in (4, 8)  # float16 has no digits to lose, longdouble more than BT
    return is_accurate and kh == kw and kh in SIZES and c >= LEAST_CHANNELS and min(h, w) >= OUTPUTS


def _blank_windows(xp, x, r):
    """Where all of the r x r window of `x` is zero: ndarray of bool (N, H, W)."""
    _, h, w, _ = x.shape
    seen = x.any(axis=3)
    for axis, length in ((1, h), (2, w)):
        before, seen = seen, xp.zeros_like(seen)
        for shift in range(-(r // 2), r // 2 + 1):
            here, there = overlap(shift, length)
            to, from_ = ((slice(None),) * axis + (part,) for part in (here, there))
            seen[to] |= before[from_]
    return ~seen


def winograd_forward(x, W, b=None):
    """`wta_np.ops.conv.conv2d_forward`, with fewer multiplications.

    A sum of zeros is zero, but from its transforms it comes back as some 1e-8. Where images are empty, that
    would decide whether a ReLU is at its kink, and which of equal activities is the first. So a window of
    zeros gets b exactly.

    Parameters
    ----------
    x : ndarray, shape (N, H, W, C)
    W : ndarray, shape (r, r, C, F)
        With r in `SIZES`.
    b : ndarray, shape (F,), or None
        None adds nothing and leaves empty windows as they come: for gradients, which no unit ranks.

    Returns
    -------
    y : ndarray, shape (N, H, W, F)
    """
    xp = check_arrays(x=(x, "N H W C"), W=(W, "r r C F"))
    r, f = W.shape[1], W.shape[3]
    y = xp.empty((*x.shape[:3], f), x.dtype)
    tiles = _Tiles(x, f, r)
    filters = _both_sides(xp, tiles.G, W)  # (n, n, C, F)
    for part in tiles.parts:
        xp.matmul(tiles.inputs(part), filters, out=tiles.products)
        _both_sides(xp, tiles.AT, tiles.products, tiles.half, tiles.outputs.reshape(-1))
        for output, place in tiles.places(part, y):
            xp.add(output, 0 if b is None else b, out=place)
    if b is not None:
        y[_blank_windows(xp, x, r)] = b + (0 * W).sum(axis=(0, 1, 2))  # zero, but NaN where W is not finite
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
    tiles = _Tiles(x, dy.shape[3], r)
    d_filters = xp.zeros((*tiles.BT.shape, x.shape[3], dy.shape[3]), x.dtype)  # (n, n, C, F)
    for part in tiles.parts:
        tiles.outputs[:, :, part.stop - part.start :] = 0  # images beyond the last
        for output, place in tiles.places(part, dy):
            output[...] = place
        d_products = _both_sides(xp, tiles.AT.T, tiles.outputs, tiles.half, tiles.products.reshape(-1))
        d_products = d_products.reshape(tiles.products.shape)
        d_filters += xp.matmul(tiles.inputs(part).swapaxes(2, 3), d_products)
    return _both_sides(xp, tiles.G.T, d_filters)
