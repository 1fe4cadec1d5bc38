"""The rectifier, h = max(a, 0)."""

from __future__ import annotations

from wta_np._utils.validation import check_arrays, check_same_shape
from wta_np.backend import Array


def relu_forward(a: Array) -> Array:
    """Rectifier: ``h = max(a, 0)``, element by element.

    Parameters
    ----------
    a : ndarray, any shape
        Pre-activation.

    Returns
    -------
    h : ndarray, the shape of a

    Raises
    ------
    TypeError
        If `a` is not an array of floats.

    Examples
    --------
    >>> import numpy
    >>> relu_forward(numpy.array([-1.0, 0.0, 2.0]))
    array([0., 0., 2.])
    """
    xp = check_arrays(a=(a, "..."))
    return xp.maximum(a, 0)


def relu_backward(dh: Array, a: Array) -> Array:
    """Gradient with respect to the pre-activation: ``da = dh * (a > 0)``.

    The derivative is 1 above zero and 0 below. At zero, where there is none, it is taken as 0: a unit that
    is exactly silent gets no gradient.

    Parameters
    ----------
    dh : ndarray, any shape
        Gradient of the loss with respect to h.
    a : ndarray, the shape of dh
        Pre-activation. The activation h serves as well, since h > 0 exactly where a > 0.

    Returns
    -------
    da : ndarray, the shape of a

    Raises
    ------
    TypeError, ValueError
        If the arrays are of different dtypes or libraries, or of different shapes.
    """
    check_arrays(dh=(dh, "..."), a=(a, "..."))
    check_same_shape(dh=dh, a=a)
    return dh * (a > 0)
