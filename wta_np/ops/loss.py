"""The reconstruction loss: half the squared error, summed over pixels and averaged over samples."""

from __future__ import annotations

from wta_np._utils.validation import check_arrays, check_int, check_same_shape


def squared_error_forward(x_hat, x, n=None):
    """Squared error: ``L = 1/(2N) * sum_n ||x_hat_n - x_n||^2``.

    Parameters
    ----------
    x_hat : ndarray, shape (N, ...)
        Reconstruction.
    x : ndarray, the shape of x_hat
        What it should be.
    n : int, optional
        Samples of the mini-batch of which these are a part, N in the equation; by default these are all.

    Returns
    -------
    float
        The loss, in squared units of x, per sample (not per pixel); of a part, what it adds to the loss.

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
    difference, n = _difference(x_hat, x, n)
    difference = difference.reshape(-1)
    return float(difference @ difference) / (2 * n)


def squared_error_backward(x_hat, x, n=None):
    """Gradient with respect to the reconstruction: ``dx_hat = (x_hat - x) / N``.

    The 2 of the square cancels the 1/2; the 1/N stays, so that the size of a gradient step does not
    depend on the size of the mini-batch.

    Parameters
    ----------
    x_hat, x : ndarray, shape (N, ...)
    n : int, optional
        As of `squared_error_forward`.

    Returns
    -------
    dx_hat : ndarray, shape (N, ...)

    Raises
    ------
    TypeError, ValueError
        As `squared_error_forward`.
    """
    dx_hat, n = _difference(x_hat, x, n)
    dx_hat /= n
    return dx_hat


def _difference(x_hat, x, n):
    """``x_hat - x``, and the samples of the mini-batch: n, or by default those of x."""
    check_arrays(x_hat=(x_hat, "N ..."), x=(x, "N ..."))
    check_same_shape(x_hat=x_hat, x=x)
    if n is None:
        n = len(x)
        if n == 0:
            raise ValueError("x holds no samples, expected at least one")
    else:
        n = check_int("n", n, max(1, len(x)))
    return x_hat - x, n
