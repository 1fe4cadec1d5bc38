"""The reconstruction loss: half the squared error, summed over pixels and averaged over samples."""

from __future__ import annotations

from wta_np._utils.validation import check_arrays, check_same_shape
from wta_np.backend import Array


def squared_error_forward(x_hat: Array, x: Array) -> float:
    """Squared error: ``L = 1/(2N) * sum_n ||x_hat_n - x_n||^2``.

    Parameters
    ----------
    x_hat : ndarray, shape (N, ...)
        Reconstruction.
    x : ndarray, the shape of x_hat
        What it should be.

    Returns
    -------
    float
        The loss, in squared units of x, per sample (not per pixel).

    Raises
    ------
    TypeError, ValueError
        If the arrays are of different dtypes or libraries, of different shapes, or hold no sample.

    Examples
    --------
    >>> import numpy
    >>> squared_error_forward(numpy.array([[3.0, 4.0], [0.0, 0.0]]), numpy.zeros((2, 2)))
    6.25
    """
    difference = _difference(x_hat, x).reshape(-1)
    return float(difference @ difference) / (2 * len(x))


def squared_error_backward(x_hat: Array, x: Array) -> Array:
    """Gradient with respect to the reconstruction: ``dx_hat = (x_hat - x) / N``.

    The 2 of the square cancels the 1/2; the 1/N stays, so that the size of a gradient step does not
    depend on the size of the mini-batch.

    Parameters
    ----------
    x_hat, x : ndarray, shape (N, ...)

    Returns
    -------
    dx_hat : ndarray, shape (N, ...)

    Raises
    ------
    TypeError, ValueError
        As `squared_error_forward`.
    """
    dx_hat = _difference(x_hat, x)
    dx_hat /= len(x)
    return dx_hat


def _difference(x_hat, x):
    check_arrays(x_hat=(x_hat, "N ..."), x=(x, "N ..."))
    check_same_shape(x_hat=x_hat, x=x)
    if len(x) == 0:
        raise ValueError("x holds no samples, expected at least one")
    return x_hat - x
