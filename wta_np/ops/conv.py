"""Convolution of images, stride 1, zero padding "same", as machine learning has it: without flipping.

``y[n, i, j, f] = b[f] + sum over u, v, c of x[n, i + u - kh//2, j + v - kw//2, c] W[u, v, c, f]``

With the windows of x as rows (`im2col`) this is the dense layer ``Y = cols W + b``, and so are its
gradients. Larger convolutions give the same results faster by `wta_np.ops.fast`.
"""

from __future__ import annotations

from wta_np._utils.validation import check_arrays
from wta_np.backend import Array
from wta_np.ops import fast
from wta_np.ops.fast.active_rows import backward_at_rows, filters_at_rows
from wta_np.ops.im2col import check_rows, check_window, im2col


def conv2d_forward(x: Array, W: Array, b: Array) -> Array:
    """Convolution: every window of `x` times every filter, plus b.

    Parameters
    ----------
    x : ndarray, shape (N, H, W, C)
        Images, or the maps of the layer below.
    W : ndarray, shape (kh, kw, C, F)
        Filters of odd sizes; filter f looks for the pattern ``W[..., f]`` as it is, not flipped.
    b : ndarray, shape (F,)

    Returns
    -------
    y : ndarray, shape (N, H, W, F)

    Raises
    ------
    TypeError, ValueError
        If a shape does not fit, or a filter has an even size.

    Examples
    --------
    >>> import numpy
    >>> right_minus_left = numpy.array([-1.0, 0.0, 1.0]).reshape(1, 3, 1, 1)
    >>> conv2d_forward(numpy.array([[[[1.0], [2.0], [4.0]]]]), right_minus_left, numpy.zeros(1)).ravel()
    array([ 2.,  3., -2.])
    """
    check_arrays(x=(x, "N H W C"), W=(W, "kh kw C F"), b=(b, "F"))
    check_window(*W.shape[:2])
    return _correlate(x, W, b)


def _correlate(x, W, b):
    """``y = im2col(x) W + b``."""
    kh, kw, c, f = W.shape
    if fast.pays(x, kh, kw, f):
        return fast.correlate(x, W, b)
    cols = im2col(x, kh, kw)  # (N*H*W, kh*kw*C)
    y = cols @ W.reshape(kh * kw * c, f)  # (N*H*W, F)
    if b is not None:
        y += b
    return y.reshape(*x.shape[:3], f)


def conv2d_backward(
    dy: Array, x: Array, W: Array, rows: Array | None = None, *, known_inside: bool = False
) -> tuple[Array, Array, Array]:
    """Gradients of the loss with respect to all that went into `conv2d_forward`.

    With ``Y = cols W + b`` and ``cols = im2col(x)``, as for a dense layer::

        dcols = dY W.T     dx = col2im(dcols)     dW = cols.T dY     db = sum of dY over positions

    In components ``dx[n, y, x, c] = sum dy[n, y - u', x - v', f] W[u, v, c, f]``, ``u' = u - kh//2``: once
    more a convolution, by filters turned by 180 degrees with C and F exchanged.

    Parameters
    ----------
    dy : ndarray, shape (N, H, W, F), or (R, F) with `rows`
        Gradient of the loss with respect to y; with `rows` its values at those positions will do.
    x : ndarray, shape (N, H, W, C)
    W : ndarray, shape (kh, kw, C, F)
    rows : ndarray of int, shape (R,), optional
        Flat positions ``(n H + i) W + j`` outside of which dy is zero: only their windows are touched.
        They may repeat only if dy is (R, F); its entries then add up.
    known_inside : bool
        Leave out the check that all rows lie inside: the host waits for its answer.

    Returns
    -------
    dx : ndarray, shape (N, H, W, C)
    dW : ndarray, shape (kh, kw, C, F)
    db : ndarray, shape (F,)

    Raises
    ------
    TypeError, ValueError
        As `conv2d_forward`, or if a row lies outside the batch.
    """
    xp = check_arrays(x=(x, "N H W C"), W=(W, "kh kw C F"))
    if rows is not None:
        dy, rows = _at_rows(dy, x, rows, known_inside, W.shape[3])
        check_window(*W.shape[:2])
        return *backward_at_rows(xp, dy, x, W, rows), dy.sum(axis=0)
    check_arrays(x=(x, "N H W C"), W=(W, "kh kw C F"), dy=(dy, "N H W F"))
    dW, db = conv2d_backward_params(dy, x, *W.shape[:2])
    turned = W[::-1, ::-1].transpose(0, 1, 3, 2)  # (kh, kw, F, C)
    return _correlate(dy, turned, None), dW, db


def conv2d_backward_params(
    dy: Array, x: Array, kh: int, kw: int, rows: Array | None = None, *, known_inside: bool = False
) -> tuple[Array, Array]:
    """The part of `conv2d_backward` that a first layer needs, whose input is data: dW and db.

    Parameters
    ----------
    dy : ndarray, shape (N, H, W, F), or (R, F) with `rows`
    x : ndarray, shape (N, H, W, C)
    kh, kw : int
        Size of the filters, both odd.
    rows : ndarray of int, shape (R,), optional
    known_inside : bool
        As for `conv2d_backward`.

    Returns
    -------
    dW : ndarray, shape (kh, kw, C, F)
    db : ndarray, shape (F,)

    Raises
    ------
    TypeError, ValueError
        As `conv2d_backward`.
    """
    xp = check_arrays(x=(x, "N H W C"))
    check_window(kh, kw)
    if rows is None:
        check_arrays(x=(x, "N H W C"), dy=(dy, "N H W F"))
        return _correlate_filters(dy, x, kh, kw), dy.sum(axis=(0, 1, 2))
    dy, rows = _at_rows(dy, x, rows, known_inside)
    return filters_at_rows(xp, dy, x, kh, kw, rows), dy.sum(axis=0)


def _correlate_filters(dy, x, kh, kw):
    """``dW = im2col(x).T dy``."""
    c, f = x.shape[3], dy.shape[3]
    if fast.pays(x, kh, kw, f):
        return fast.correlate_filters(dy, x, kh, kw)
    dW = im2col(x, kh, kw).T @ dy.reshape(-1, f)  # (kh*kw*C, F)
    return dW.reshape(kh, kw, c, f)


def _at_rows(dy, x, rows, known_inside, f=None):
    """The values of `dy` at `rows`, shape (R, F), and `rows`, checked."""
    rows = rows if known_inside else check_rows(rows, x=x, dy=dy)
    f = "F" if f is None else str(f)
    if dy.ndim == 2:
        check_arrays(x=(x, "N H W C"), dy=(dy, f"{len(rows)} {f}"))
        return dy, rows
    check_arrays(x=(x, "N H W C"), dy=(dy, f"N H W {f}"))
    return dy.reshape(-1, dy.shape[3])[rows], rows
