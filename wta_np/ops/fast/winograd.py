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

from wta_np._utils.parallel import N_ACCUMULATORS, share_work
from wta_np._utils.validation import check_arrays
from wta_np.backend import Array, backend_name, get_backend
from wta_np.backend_differences import set_where
from wta_np.ops.fast.tiles import Tiles, image_slices, view
from wta_np.ops.im2col import im2col, overlap

OUTPUTS = 4  # m: larger tiles save more and lose digits, since their points lie farther apart
SIZES = (3, 5)  # filters for which that is accurate to about 1e-5 in float32
LEAST_CHANNELS = 4
WIDE = 1e-4  # error, as a share of an image's mean, that a bright pixel may leave where it is not seen
POINTS = [Fraction(p) for p in ("0", "1", "-1", "2", "-2", "1/2", "-1/2")]  # and infinity


def toom_cook(m: int, r: int) -> tuple[list[list[Fraction]], list[list[Fraction]], list[list[Fraction]]]:
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


def _both_sides(xp, A, x):
    """``A x A.T`` for every x[:, :, i, j] of ndarray (q, q, C, F), A of shape (p, q): ndarray (p, p, C, F)."""
    q, _, c, f = x.shape
    half = xp.matmul(A, x.reshape(q, q, c * f).swapaxes(0, 1)).swapaxes(0, 1)  # (p, q, C*F)
    return xp.matmul(A, half).reshape(*A.shape[:1] * 2, c, f)


def winograd_pays(x: Array, kh: int, kw: int) -> bool:
    """Whether filters of this size over the images `x` (N, H, W, C) are faster so than by im2col.

    Measured: from a few channels on, where the transforms of the tiles are less work than what they save.
    """
    _, h, w, c = x.shape
    is_accurate = x.dtype.itemsize in (4, 8)  # float16 has no digits to lose, longdouble more than BT
    return is_accurate and kh == kw and kh in SIZES and c >= LEAST_CHANNELS and min(h, w) >= OUTPUTS


def _magnitude(xp, x):
    """Sum of the absolute values of all channels at each pixel: ndarray (N, H, W)."""
    return xp.abs(x) @ xp.ones(x.shape[3], dtype=x.dtype)  # sum(axis=3) takes 1.4 to 5 times as long


def _images_of_wide_range(xp, magnitude):
    """Images whose brightest pixel is far above the geometric mean of those that are not zero: bool (N,).

    A tile's outputs come from sums over all its pixels. So a bright pixel leaves its rounding error also in those
    outputs whose window does not see it.
    """
    pixels = magnitude.reshape(len(magnitude), -1)
    is_lit = pixels > 0
    logs = xp.log(pixels, where=is_lit, out=xp.zeros_like(pixels))  # unlike sums, not ruled by the brightest
    mean = xp.exp(logs.sum(axis=1) / xp.maximum(is_lit.sum(axis=1), 1))
    return pixels.max(axis=1) > WIDE / xp.finfo(magnitude.dtype).eps * mean


def _blank_windows(xp, magnitude, r):
    """Where all of the r x r window of images of this magnitude is zero: ndarray of bool (N, H, W)."""
    _, h, w = magnitude.shape
    seen = magnitude != 0
    for axis, length in ((1, h), (2, w)):
        before, seen = seen, xp.zeros_like(seen)
        for shift in range(-(r // 2), r // 2 + 1):
            here, there = overlap(shift, length)
            to, from_ = ((slice(None),) * axis + (part,) for part in (here, there))
            seen[to] |= before[from_]
    return ~seen


def _plain(x, W, b):
    """The same by im2col, exact to the rounding of each output's own window."""
    kh, kw, c, f = W.shape
    y = im2col(x, kh, kw) @ W.reshape(kh * kw * c, f) + b  # (N*H*W, F)
    return y.reshape(*x.shape[:3], f)


def winograd_forward(x: Array, W: Array, b: Array | None = None) -> Array:
    """`wta_np.ops.conv.conv2d_forward`, with fewer multiplications.

    A sum of zeros is zero, but from its transforms it comes back as some 1e-8. Where images are empty, that
    would decide whether a ReLU is at its kink, and which of equal activities is the first. So a window of
    zeros gets b exactly.

    The rounding errors are those of the largest pixel of a tile, also for outputs that do not see it. On NumPy
    an image with a pixel of more than ``WIDE / eps`` times its (geometric) mean, 800 times in float32, is
    therefore convolved by im2col. On a GPU, where asking would make the host wait, and for gradients it is not: there,
    float32 keeps 5 digits of the largest pixel within the distance of a tile, and no more of the others.

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
    r, _, c, f = W.shape
    AT, G, BT = _matrices(r, str(x.dtype), backend_name(x))
    filters = _both_sides(xp, G, W)  # (n, n, C, F)
    added = 0 if b is None else b
    nothing = added + (0 * W).sum(axis=(0, 1, 2))  # b, but NaN where W is not finite
    y = xp.empty((*x.shape[:3], f), dtype=x.dtype)
    parts, size = image_slices(x, c, f, *AT.shape)

    def convolve(some):
        tiles = Tiles(x, max(c, f), AT, BT, size)
        for part in some:
            points = tiles.evaluate(x[part])
            products = xp.matmul(points, filters, out=view(tiles.buffer_b, *points.shape[:3], f))
            tiles.interpolate(products, y[part], added)
            if b is not None:
                magnitude = _magnitude(xp, x[part])
                set_where(y[part], _blank_windows(xp, magnitude, r), nothing)
                if xp.__name__ == "numpy":
                    wide = _images_of_wide_range(xp, magnitude)
                    if wide.any():
                        y[part][wide] = _plain(x[part][wide], W, b)

    share_work(convolve, parts, xp)
    return y


def winograd_backward_filters(dy: Array, x: Array, r: int) -> Array:
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
    AT, G, BT = _matrices(r, str(x.dtype), backend_name(x))
    d_filters = xp.zeros((N_ACCUMULATORS, *BT.shape, c, f), dtype=x.dtype)  # (N_ACCUMULATORS, n, n, C, F)
    parts, size = image_slices(x, c, f, *AT.shape)

    def accumulate(some):
        tiles, d_tiles = (Tiles(x, channels, AT, BT, size) for channels in (c, f))
        for i in some:
            for part in parts[i::N_ACCUMULATORS]:
                d_products = d_tiles.interpolate_backward(dy[part])
                d_filters[i] += xp.matmul(tiles.evaluate(x[part]).swapaxes(2, 3), d_products)

    share_work(accumulate, range(min(N_ACCUMULATORS, len(parts))), xp)
    return _both_sides(xp, G.T, d_filters.sum(axis=0))
