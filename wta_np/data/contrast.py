"""Local contrast normalisation: subtract the mean of the neighbourhood, divide by its standard deviation.

Jarrett, Kavukcuoglu, Ranzato and LeCun 2009, section 2. With weights ``w`` of a Gaussian window that sum to
one over its places and the channels::

    m[n,i,j] = sum_uvc w[u,v] x[n,i+u,j+v,c]                    local mean
    v = x - m                                                   subtractive normalisation
    s[n,i,j] = sqrt(sum_uvc w[u,v] v[n,i+u,j+v,c]^2)            local standard deviation
    y = v / max(s, mean_ij s[n], floor)                         divisive normalisation

At the border the window is cut and its weights are scaled to sum to one again, so that a border is no edge.
The larger of `s` and its mean over the image keeps what is nearly flat from becoming pure noise; `floor` does
so for an image that is flat as a whole.
"""

from __future__ import annotations

from types import ModuleType
from typing import Any

from wta_np._utils.validation import check_arrays, check_number

SIGMA = 2.0
FLOOR = 1e-3  # a quarter of a grey level, for pixels in [0, 1]


def gaussian_window(length: int, sigma: float, xp: ModuleType | Any, dtype: Any) -> Any:
    """Weights of a Gaussian around every place of an axis: ``g[i,j] ~ exp(-(i - j)^2 / 2 sigma^2)``.

    A window in two dimensions is the product of two in one, also where it is cut at a border, so that
    blurring an image is one matrix product for each axis.

    Parameters
    ----------
    length : int
        Of the axis.
    sigma : float
        Standard deviation, in pixels.
    xp : module
        numpy or cupy.
    dtype : dtype

    Returns
    -------
    ndarray, shape (length, length)
        Row i holds the weights around place i; each row sums to one.
    """
    places = xp.arange(length)
    weights = xp.exp(-((places[:, None] - places[None, :]) ** 2) / (2.0 * sigma**2))
    return (weights / weights.sum(axis=1, keepdims=True)).astype(dtype)


def local_mean(x: Any, sigma: float = SIGMA) -> Any:
    """Mean of the neighbourhood of every pixel, over all channels.

    Parameters
    ----------
    x : ndarray, shape (N, H, W, C)
    sigma : float
        Standard deviation of the Gaussian window, in pixels.

    Returns
    -------
    ndarray, shape (N, H, W, 1)

    Raises
    ------
    TypeError, ValueError
        `x` is not an array of floats of this shape, or `sigma` is not above 0.
    """
    xp = check_arrays(x=(x, "N H W C"))
    sigma = check_number("sigma", sigma, 0, above=True)
    rows, columns = (gaussian_window(length, sigma, xp, x.dtype) for length in x.shape[1:3])
    return (rows @ x.mean(axis=3) @ columns.T)[..., None]  # (N, H, W, 1)


def subtractive_normalisation(x: Any, sigma: float = SIGMA) -> Any:
    """``v = x - m``: what is left of every pixel without the mean of its neighbourhood.

    Parameters, errors: as `local_mean`. Returns an ndarray of the shape of `x`.
    """
    return x - local_mean(x, sigma)


def divisive_normalisation(v: Any, sigma: float = SIGMA, floor: float = FLOOR) -> Any:
    """``y = v / max(s, mean s, floor)``: the same contrast everywhere.

    Parameters
    ----------
    v : ndarray, shape (N, H, W, C)
        As `subtractive_normalisation` returns.
    sigma : float
        Standard deviation of the Gaussian window, in pixels.
    floor : float
        Smallest divisor, above 0: an image of less contrast becomes no noise, and a constant one zero.

    Returns
    -------
    ndarray, the shape of v

    Raises
    ------
    TypeError, ValueError
        As `local_mean`; `floor` is not above 0.
    """
    xp = check_arrays(v=(v, "N H W C"))
    floor = check_number("floor", floor, 0, above=True)
    s = local_mean(v * v, sigma) ** 0.5  # (N, H, W, 1)
    least = s.mean(axis=(1, 2, 3), keepdims=True).clip(floor, None)  # (N, 1, 1, 1)
    return v / xp.maximum(s, least)


def normalise_contrast(x: Any, sigma: float = SIGMA, floor: float = FLOOR) -> Any:
    """Subtractive, then divisive normalisation.

    Parameters
    ----------
    x : ndarray, shape (N, H, W, C)
        Pixels in [0, 1].
    sigma, floor : float
        See `divisive_normalisation`.

    Returns
    -------
    ndarray, the shape and dtype of x
        Around zero, with values of about one.

    Raises
    ------
    TypeError, ValueError
        As `divisive_normalisation`.

    Examples
    --------
    >>> import numpy
    >>> float(abs(normalise_contrast(numpy.full((1, 8, 8, 3), 0.3))).max()) < 1e-9
    True
    """
    return divisive_normalisation(subtractive_normalisation(x, sigma), sigma, floor)
