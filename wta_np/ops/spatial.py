"""Spatial sparsity: each feature map of each image keeps its single largest activity.

It forces a map to say what it sees once, at one place, and so its filter to explain a whole stroke
(Makhzani and Frey 2015, section 3). Released at test time, like lifetime sparsity.
"""

from __future__ import annotations

from wta_np._utils.parallel import CACHE_FRACTION, share_work
from wta_np._utils.validation import check_arrays, check_same_shape
from wta_np.backend import Array
from wta_np.ops.im2col import chunks


def spatial_winners(h: Array) -> tuple[Array, Array]:
    """Where each map is largest: flat positions ``y W + x`` and the values there.

    Parameters
    ----------
    h : ndarray, shape (N, H, W, F)
        Feature maps.

    Returns
    -------
    position : ndarray of int, shape (N, F)
        Among equal values the first in reading order.
    value : ndarray, shape (N, F)

    Raises
    ------
    TypeError, ValueError
        If `h` is not a batch of maps of floats, has maps without pixels, or holds NaN.
    """
    xp = check_arrays(h=(h, "N H W F"))
    n, height, width, f = h.shape
    if height * width == 0:
        raise ValueError(f"h has shape {h.shape}, expected maps of at least one pixel")
    flat = h.reshape(n, height * width, f)
    position = xp.empty((n, f), dtype=int)

    def rank(some):
        for part in some:
            position[part] = flat[part].argmax(axis=1)  # the first of equals

    share_work(rank, chunks(xp, n, CACHE_FRACTION * height * width * f * h.dtype.itemsize), xp)
    value = xp.take_along_axis(flat, position[:, None], axis=1)[:, 0]
    if bool(xp.isnan(value).any()):  # NaN counts as larger than anything
        raise ValueError("h contains NaN, which cannot be ranked")
    return position, value


def spatial_forward(h: Array) -> tuple[Array, Array]:
    """Sparse maps: ``z = h`` at the largest activity of each map of each image, zero elsewhere.

    Parameters
    ----------
    h : ndarray, shape (N, H, W, F)
        Feature maps, after ReLU.

    Returns
    -------
    z : ndarray, shape (N, H, W, F)
    mask : ndarray of bool, shape (N, H, W, F)
        One True in each map of each image, among equals the first in reading order: also in a map that is
        zero everywhere, whose winner is then the corner pixel.

    Raises
    ------
    TypeError, ValueError
        As `spatial_winners`.

    Examples
    --------
    >>> import numpy
    >>> z, mask = spatial_forward(numpy.array([1.0, 3.0, 2.0, 3.0]).reshape(1, 2, 2, 1))
    >>> z.reshape(2, 2)
    array([[0., 3.],
           [0., 0.]])
    """
    position, value = spatial_winners(h)
    xp = check_arrays(h=(h, "N H W F"))
    n, height, width, f = h.shape
    sample, channel = xp.arange(n)[:, None], xp.arange(f)  # (N, 1), (F,)
    z = xp.zeros((n, height * width, f), dtype=h.dtype)
    mask = xp.zeros(z.shape, dtype=bool)
    z[sample, position, channel] = value
    mask[sample, position, channel] = True
    return z.reshape(h.shape), mask.reshape(h.shape)


def spatial_backward(dz: Array, mask: Array) -> Array:
    """Gradient with respect to the maps: ``dh = dz * mask``. One entry of each map gets gradient.

    As for lifetime sparsity the mask is constant near h (unless two activities tie), so z is linear in h.

    Parameters
    ----------
    dz : ndarray, shape (N, H, W, F)
        Gradient of the loss with respect to z.
    mask : ndarray of bool, shape (N, H, W, F)
        The winners that `spatial_forward` chose.

    Returns
    -------
    dh : ndarray, shape (N, H, W, F)

    Raises
    ------
    TypeError, ValueError
        If `dz` is not a batch of maps, or the shapes differ.
    """
    check_arrays(dz=(dz, "N H W F"))
    check_same_shape(dz=dz, mask=mask)
    return dz * mask
