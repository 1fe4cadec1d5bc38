"""The CONV-WTA code of a mini-batch as what it is: a short list of winners ``(n, y, x, f, value)``.

Spatial sparsity leaves one activity in each map of each image, lifetime sparsity k of those in each map of
the mini-batch: k F numbers out of N H W F (Makhzani and Frey 2015, section 3).
"""

from __future__ import annotations

from dataclasses import InitVar, dataclass, replace
from typing import Any

from wta_np._utils.validation import check_arrays, check_indices, check_same_shape
from wta_np.backend import Array, array_module
from wta_np.ops.lifetime import lifetime_mask
from wta_np.ops.spatial import spatial_winners


@dataclass(frozen=True, eq=False)
class Winners:
    """A code that is zero but for these entries, all arrays of one length R and one library.

    Attributes
    ----------
    n, y, x, f : ndarray of int, shape (R,)
        Sample, line, column and feature map of each entry.
    value : ndarray of float, shape (R,)
        Its value; it may be zero.
    shape : (N, H, W, F)
        Of the dense code.
    check_places : bool
        Not kept. False leaves out the check that all places lie inside of `shape`, for which the host waits until
        the device has answered: for places that are known to.

    Raises
    ------
    TypeError, ValueError
        The arrays differ in length or library, places are not whole numbers, or lie outside of `shape`.

    Examples
    --------
    >>> import numpy
    >>> code = select_winners(numpy.arange(8.0).reshape(2, 2, 2, 1), k=1)
    >>> len(code), code.value, code.rows, code.dense().shape
    (1, array([7.]), array([7]), (2, 2, 2, 1))
    """

    n: Any
    y: Any
    x: Any
    f: Any
    value: Any
    shape: tuple[int, int, int, int]
    check_places: InitVar[bool] = True

    def __post_init__(self, check_places):
        check_arrays(value=(self.value, "R"))
        check_same_shape(value=self.value, n=self.n, y=self.y, x=self.x, f=self.f)
        if len(self.shape) != 4:
            raise ValueError(f"shape is {self.shape}, expected (N, H, W, F)")
        if check_places:
            for name, length in zip("nyxf", self.shape):
                object.__setattr__(self, name, check_indices(name, getattr(self, name), length))

    def __len__(self):
        return len(self.value)

    @property
    def rows(self) -> Array:
        """Flat positions ``(n H + y) W + x``, shape (R,); they repeat where several maps win."""
        _, height, width, _ = self.shape
        return (self.n * height + self.y) * width + self.x

    def dense(self) -> Array:
        """The code as an array (N, H, W, F), zero but for the winners."""
        xp = array_module(self.value)
        z = xp.zeros(self.shape, dtype=self.value.dtype)
        z[self.n, self.y, self.x, self.f] = self.value
        return z

    def with_value(self, value: Array) -> Winners:
        """The same places with other values, such as their gradients."""
        return replace(self, value=value, check_places=False)


def select_winners(h: Array, k: int | None, mask_of: Array = lifetime_mask) -> Winners:
    """The winners of a mini-batch: of each map's N spatial winners the `k` largest.

    Exactly the places of ``mask & lifetime_mask(h.max(axis=(1, 2)), k)[:, None, None]`` with
    ``_, mask = spatial_forward(h)``, found without a dense mask: the largest activity of each map and image
    is one number, and on these (N, F) numbers `lifetime_mask` decides. Gradients with respect to h are those
    with respect to the values.

    Parameters
    ----------
    h : ndarray, shape (N, H, W, F)
        Feature maps, after ReLU.
    k : int in [1, N], or None
        Winners of each map in the mini-batch, from `winners_per_unit`; None for spatial sparsity alone.
    mask_of : callable
        Decides by ``mask_of(value, k)`` on the (N, F) largest activities; another one than `lifetime_mask` where
        `h` is only a part of the mini-batch.

    Returns
    -------
    Winners
        k F of them in the mini-batch (N F if k is None), by map and within a map by sample. A map that is positive on
        fewer than k images has winners with value zero: they are part of the code's definition, add nothing to
        a decoding, and ReLU stops their gradient (relu'(0) = 0).

    Raises
    ------
    TypeError, ValueError
        If `h` is not a batch of maps of floats, holds NaN, or `k` is not a whole number in [1, N].
    """
    xp = check_arrays(h=(h, "N H W F"))
    position, value = spatial_winners(h)  # (N, F)
    if k is None:
        mask = xp.ones(value.shape, dtype=bool)
    else:
        mask = mask_of(value, k)
    f, n = xp.nonzero(mask.T)  # by map, then by sample
    position = position[n, f]
    width = h.shape[2]
    y, x = position // width, position % width
    return Winners(n, y, x, f, value[n, f], tuple(h.shape), check_places=False)
