"""What array libraries do differently, each in one function: equations in `wta_np.ops` know of none of it.

NumPy, CuPy and dpnp agree on almost all that this package calls. The rest stands here. A new library that
lacks one of these things gets its branch here, and no other file changes.
"""

from __future__ import annotations

from typing import Any

from wta_np.backend import array_module


def scatter_add(x: Any, index: Any, values: Any) -> None:
    """Add ``values[i]`` to ``x[index[i]]``, in place; entries for one place all add up.

    NumPy and CuPy have `add.at`. dpnp has no methods of ufuncs, but counts with weights: `bincount` sums in
    float64, and refuses empty input.

    Parameters
    ----------
    x : ndarray, shape (P,)
        Changed in place.
    index : ndarray of int, shape (R,)
        Places in x, from 0 to P - 1. Nothing checks them here.
    values : ndarray, shape (R,)

    Examples
    --------
    >>> import numpy
    >>> x = numpy.zeros(3)
    >>> scatter_add(x, numpy.array([0, 2, 2]), numpy.array([1.0, 2.0, 3.0]))
    >>> x
    array([1., 0., 5.])
    """
    xp = array_module(x=x, index=index, values=values)
    if hasattr(xp.add, "at"):
        xp.add.at(x, index, values)
    elif len(index):
        x += xp.bincount(index, weights=values, minlength=len(x)).astype(x.dtype)


def set_where(x: Any, mask: Any, value: Any) -> None:
    """``x[mask] = value``, without a question to the device.

    CuPy's own assignment counts the True of a mask, and the host waits for that number. `copyto` needs none. On
    NumPy the assignment is up to five times as fast.

    Parameters
    ----------
    x : ndarray of any shape
        Changed in place.
    mask : ndarray of bool
        Of the shape of x, but for axes at the end that it may lack.
    value : number, or ndarray that fits the axes that `mask` lacks

    Examples
    --------
    >>> import numpy
    >>> x = numpy.ones((2, 2))
    >>> set_where(x, numpy.array([True, False]), 0)
    >>> x
    array([[0., 0.],
           [1., 1.]])
    """
    xp = array_module(x=x, mask=mask)
    if xp.__name__ == "numpy":
        x[mask] = value
    else:
        xp.copyto(x, value, where=mask.reshape(mask.shape + (1,) * (x.ndim - mask.ndim)))


def maximum_into(x: Any, y: Any) -> None:
    """``x = max(x, y)`` in place; NaN in either is NaN in the result.

    dpnp 0.20 refuses an `out` of `maximum` that is one of its arguments, so there the maximum is copied.

    Parameters
    ----------
    x : ndarray of any shape
        Changed in place.
    y : ndarray of the shape of x, or number

    Examples
    --------
    >>> import numpy
    >>> x = numpy.array([-1.0, 2.0])
    >>> maximum_into(x, 0)
    >>> x
    array([0., 2.])
    """
    xp = array_module(x=x)
    if xp.__name__ in ("numpy", "cupy"):
        xp.maximum(x, y, out=x)
    else:
        x[...] = xp.maximum(x, y)
