"""The linear decoder of CONV-WTA: a sum of dictionary atoms, each where the code says.

``x_hat[n] = b + sum over code entries (n, y, x, f) of value * atom D[f] centred at (y, x)``

It is the adjoint of a convolution ("deconvolution"). D[f] appears in the image as it is, not flipped; what
reaches beyond the border is cut. Given the code as its `Winners`, forward and backward take time for those
alone.
"""

from __future__ import annotations

from wta_np._utils.parallel import matmul_row_blocks
from wta_np._utils.validation import check_arrays
from wta_np.backend import Array, array_module
from wta_np.ops.im2col import add_columns, add_windows, check_window, chunks, fill_columns, windows_at
from wta_np.ops.winners import Winners


def deconv2d_forward(z: Array | Winners, D: Array, b: Array) -> Array:
    """Decode: add ``value * D[f]``, centred at (y, x), for every entry of the code.

    Parameters
    ----------
    z : ndarray, shape (N, H, W, F), or Winners
        Code.
    D : ndarray, shape (F, kh, kw, C)
        Dictionary of atoms, of odd sizes.
    b : ndarray, shape (C,)
        Bias of each channel.

    Returns
    -------
    x_hat : ndarray, shape (N, H, W, C)

    Raises
    ------
    TypeError, ValueError
        If a shape does not fit, or an atom has an even size.

    Examples
    --------
    >>> import numpy
    >>> z = numpy.array([0.0, 2.0, 0.0, 0.0]).reshape(1, 1, 4, 1)
    >>> deconv2d_forward(z, numpy.array([1.0, 2.0, 3.0]).reshape(1, 1, 3, 1), numpy.zeros(1)).ravel()
    array([2., 4., 6., 0.])
    """
    xp = _check(z, D, b=(b, "C"))
    (n, h, w, f), (kh, kw, c) = z.shape, D.shape[1:]
    atoms = D.reshape(f, kh * kw * c)
    if isinstance(z, Winners):
        rows = z.rows
        x_hat = xp.zeros((n * h * w + 1) * c, dtype=D.dtype)  # with room for what falls beyond the border
        for part in chunks(xp, len(z), 4 * atoms.shape[1] * 8):
            scaled = z.value[part][:, None] * atoms[z.f[part]]  # (R, kh*kw*C)
            add_windows(x_hat, scaled, rows[part], (n, h, w, c), kh, kw)
        x_hat = x_hat[: n * h * w * c].reshape(n, h, w, c)
    else:
        x_hat = xp.zeros((n, h, w, c), dtype=D.dtype)
        for part in chunks(xp, n, 2 * h * w * atoms.shape[1] * D.dtype.itemsize):
            scaled = z[part].reshape(-1, f) @ atoms  # (n*H*W, kh*kw*C)
            add_columns(x_hat[part], scaled.reshape(-1, h, w, kh, kw, c))
    x_hat += b
    return x_hat


def deconv2d_backward(dy: Array, z: Array | Winners, D: Array) -> tuple[Array | Winners, Array, Array]:
    """Gradients of the loss with respect to all that went into `deconv2d_forward`.

    The entry (n, y, x, f) of the code touches x_hat in its window alone, so with window[...] = dy there::

        dz[n, y, x, f] = <window, D[f]>     dD[f] = sum over entries of map f of value * window

    and db is the sum of dy over positions. For `Winners` only their windows are read: where the code is
    forced to zero nobody asks for its gradient.

    Parameters
    ----------
    dy : ndarray, shape (N, H, W, C)
        Gradient of the loss with respect to x_hat.
    z : ndarray, shape (N, H, W, F), or Winners
    D : ndarray, shape (F, kh, kw, C)

    Returns
    -------
    dz : ndarray, shape (N, H, W, F), or Winners
        Of z's kind: for `Winners` the gradients of their values, at the same places.
    dD : ndarray, shape (F, kh, kw, C)
    db : ndarray, shape (C,)

    Raises
    ------
    TypeError, ValueError
        As `deconv2d_forward`.
    """
    n, h, w, f = z.shape
    xp = _check(z, D, dy=(dy, f"{n} {h} {w} C"))
    kh, kw, c = D.shape[1:]
    atoms = D.reshape(f, kh * kw * c)
    dD = xp.zeros(atoms.shape, dtype=D.dtype)
    if isinstance(z, Winners):
        dvalue, rows = xp.empty(len(z), dtype=D.dtype), z.rows
        for part in chunks(xp, len(z), 4 * atoms.shape[1] * 8):
            windows = windows_at(xp, dy, rows[part], kh, kw)  # (R, kh*kw*C)
            dvalue[part] = (windows * atoms[z.f[part]]).sum(axis=1)
            code = xp.zeros((len(windows), f), dtype=D.dtype)
            code[xp.arange(len(windows)), z.f[part]] = z.value[part]
            for few in matmul_row_blocks(xp, len(windows), dD.size):
                dD += code[few].T @ windows[few]
        dz = z.with_value(dvalue)
    else:
        dz = xp.empty(z.shape, dtype=D.dtype)
        parts = chunks(xp, n, 2 * h * w * atoms.shape[1] * D.dtype.itemsize)
        buffer = xp.zeros((parts[0].stop if parts else 0, h, w, kh, kw, c), dtype=D.dtype)
        for part in parts:
            windows = buffer[: part.stop - part.start]
            fill_columns(windows, dy[part])
            windows = windows.reshape(-1, atoms.shape[1])  # (n*H*W, kh*kw*C)
            dz[part] = (windows @ atoms.T).reshape(-1, h, w, f)
            dD += z[part].reshape(-1, f).T @ windows
    return dz, dD.reshape(D.shape), dy.sum(axis=(0, 1, 2))


def _check(z, D, **other):
    """Check the arguments against each other; the array module."""
    if isinstance(z, Winners):
        xp = array_module(**{"D": D, "z.value": z.value})
        check_arrays(**{"z.value": (z.value, "R"), "D": (D, f"{z.shape[3]} kh kw C"), **other})
    else:
        xp = check_arrays(z=(z, "N H W F"), D=(D, "F kh kw C"), **other)
    check_window(*D.shape[1:3])
    return xp
