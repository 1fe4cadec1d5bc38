"""The affine map of a dense layer, y = x W + b."""

from __future__ import annotations

from wta_np._utils.validation import check_arrays
from wta_np.backend import Array


def linear_forward(x: Array, W: Array, b: Array) -> Array:
    """Affine map: ``y = x W + b``, one row per sample.

    Parameters
    ----------
    x : ndarray, shape (N, D)
        Input.
    W : ndarray, shape (D, M)
        Weights; column j holds what unit j looks for.
    b : ndarray, shape (M,)
        Bias.

    Returns
    -------
    y : ndarray, shape (N, M)

    Raises
    ------
    TypeError, ValueError
        If the arrays are of different dtypes or libraries, or their shapes do not fit together.

    Examples
    --------
    >>> import numpy
    >>> linear_forward(numpy.array([[1.0, 2.0]]), numpy.array([[1.0], [10.0]]), numpy.array([0.5]))
    array([[21.5]])
    """
    check_arrays(x=(x, "N D"), W=(W, "D M"), b=(b, "M"))
    y = x @ W  # (N, M)
    y += b
    return y


def linear_backward(dy: Array, x: Array, W: Array) -> tuple[Array, Array, Array]:
    """Gradients of the loss with respect to all that went into `linear_forward`.

    In components ``y[n, j] = sum_i x[n, i] W[i, j] + b[j]``, so by the chain rule::

        dx[n, i] = sum_j dy[n, j] W[i, j]     dx = dy W.T
        dW[i, j] = sum_n x[n, i] dy[n, j]     dW = x.T dy
        db[j]    = sum_n dy[n, j]

    Parameters
    ----------
    dy : ndarray, shape (N, M)
        Gradient of the loss with respect to y.
    x : ndarray, shape (N, D)
    W : ndarray, shape (D, M)

    Returns
    -------
    dx : ndarray, shape (N, D)
    dW : ndarray, shape (D, M)
    db : ndarray, shape (M,)

    Raises
    ------
    TypeError, ValueError
        As `linear_forward`.
    """
    check_arrays(dy=(dy, "N M"), x=(x, "N D"), W=(W, "D M"))
    return dy @ W.T, *linear_backward_params(dy, x)


def linear_backward_params(dy: Array, x: Array) -> tuple[Array, Array]:
    """The part of `linear_backward` that a first layer needs, whose input is data: dW and db.

    Parameters
    ----------
    dy : ndarray, shape (N, M)
    x : ndarray, shape (N, D)

    Returns
    -------
    dW : ndarray, shape (D, M)
    db : ndarray, shape (M,)

    Raises
    ------
    TypeError, ValueError
        As `linear_forward`.
    """
    check_arrays(dy=(dy, "N M"), x=(x, "N D"))
    return x.T @ dy, dy.sum(axis=0)
