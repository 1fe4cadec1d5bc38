"""Max pooling of released feature maps, its gradient, and unpooling."""

from __future__ import annotations

from collections.abc import Sequence

from wta_np._utils.validation import check_arrays, check_indices, check_int, check_same_shape
from wta_np.backend import Array, array_module
from wta_np.backend_differences import maximum_into, scatter_add


def pooled_length(length: int, size: int, stride: int) -> int:
    """Windows along one axis: ``ceil((length - size) / stride) + 1``, each starting inside the map.

    The last ones may reach over the edge and are cut. (With a stride above the size the formula may place
    a window wholly outside: that one is left out.)

    >>> pooled_length(28, 5, 3), pooled_length(28, 4, 4), pooled_length(5, 1, 3)
    (9, 7, 2)
    """
    return min(-((size - length) // stride) + 1, (length - 1) // stride + 1)


def max_pool_forward(x: Array, size: int, stride: int) -> tuple[Array, Array]:
    """Largest activity of each window: ``y[n, i, j, c] = max_uv x[n, i stride + u, j stride + v, c]``.

    Parameters
    ----------
    x : ndarray, shape (N, H, W, C)
        Feature maps.
    size : int
        Height and width of a window, at most those of the map.
    stride : int
        From window to window; below `size` they overlap.

    Returns
    -------
    y : ndarray, shape (N, H', W', C)
        With H' and W' from `pooled_length`.
    argmax : ndarray of int, shape (N, H', W', C)
        Flat position ``y W + x`` in the map of each largest one, among equals the first in reading order.

    Raises
    ------
    TypeError, ValueError
        If `x` is not a batch of maps of floats or holds NaN, `size` is above a side of the map, or `size`
        or `stride` is not a whole number of at least 1.

    Examples
    --------
    >>> import numpy
    >>> y, argmax = max_pool_forward(numpy.array([1.0, 3.0, 3.0, 0.0, 2.0]).reshape(1, 1, 5, 1), 1, 2)
    >>> y.ravel(), argmax.ravel()
    (array([1., 3., 2.]), array([0, 2, 4]))
    """
    xp, size, stride, rows, columns = _check(x, size, stride)
    _check_numbers(x)
    w = x.shape[2]
    y = x[:, ::stride, ::stride][:, :rows, :columns].copy()  # each window's first pixel
    argmax = xp.zeros(y.shape, dtype=int)
    corner = xp.arange(rows)[:, None, None] * (stride * w) + xp.arange(columns)[:, None] * stride
    argmax += corner  # (H', W', 1)
    for u, v, pixel, here in _window_pixels(x, size, stride, rows, columns):
        larger = pixel > y[here]
        xp.copyto(y[here], pixel, where=larger)
        xp.copyto(argmax[here], corner[here[1:]] + (u * w + v), where=larger)
    return y, argmax


def max_pool(x: Array, size: int, stride: int) -> Array:
    """The y of `max_pool_forward` alone: for features, from which no gradient has to find its way back.

    Parameters
    ----------
    x, size, stride
        As `max_pool_forward`.

    Returns
    -------
    y : ndarray, shape (N, H', W', C)

    Raises
    ------
    TypeError, ValueError
        As `max_pool_forward`.
    """
    _, size, stride, rows, columns = _check(x, size, stride)
    y = x[:, ::stride, ::stride][:, :rows, :columns].copy()
    for _, _, pixel, here in _window_pixels(x, size, stride, rows, columns):
        maximum_into(y[here], pixel)
    _check_numbers(y if stride <= size else x)  # the maximum with NaN is NaN, where windows leave no gaps
    return y


def _check(x, size, stride):
    """The array module, size, stride, and how many windows there are along each axis."""
    xp = check_arrays(x=(x, "N H W C"))
    size, stride = check_int("size", size, 1), check_int("stride", stride, 1)
    h, w = x.shape[1:3]
    if size > min(h, w):
        raise ValueError(f"size is {size}, expected at most {min(h, w)}: the maps of x are {h} x {w}")
    return xp, size, stride, pooled_length(h, size, stride), pooled_length(w, size, stride)


def _check_numbers(x):
    if bool(array_module(x=x).isnan(x).any()):
        raise ValueError("x contains NaN, which cannot be ranked")


def _window_pixels(x, size, stride, rows, columns):
    """(u, v, pixel (u, v) of each window that has one, where these windows are in y)."""
    for u in range(size):
        for v in range(size):
            pixel = x[:, u::stride, v::stride][:, :rows, :columns]  # fewer where windows are cut
            yield u, v, pixel, (slice(None), slice(pixel.shape[1]), slice(pixel.shape[2]))


def max_pool_backward(dy: Array, argmax: Array, shape: Sequence[int]) -> Array:
    """Gradient with respect to the maps: each dy goes to the pixel that won its window.

    ``dx[n, p, c] = sum of dy[n, i, j, c] over the windows (i, j) with argmax[n, i, j, c] = p``: where windows
    overlap, one pixel may win several.

    Parameters
    ----------
    dy : ndarray, shape (N, H', W', C)
        Gradient of the loss with respect to y.
    argmax : ndarray of int, shape (N, H', W', C)
        From `max_pool_forward`.
    shape : (N, H, W, C)
        Of the maps.

    Returns
    -------
    dx : ndarray, shape (N, H, W, C)

    Raises
    ------
    TypeError, ValueError
        If the shapes do not fit together, or a position lies outside the map.
    """
    dx, index = _places(dy, argmax, shape, "dy")
    scatter_add(dx, index, dy.reshape(-1))
    return dx.reshape(shape)


def max_unpool(y: Array, argmax: Array, shape: Sequence[int]) -> Array:
    """Maps that are zero but for the pooled activities, each back at its place.

    Unlike in `max_pool_backward` a pixel that won several windows gets its value once: where windows overlap,
    adding would make it larger than it was.

    Parameters
    ----------
    y : ndarray, shape (N, H', W', C)
        Pooled maps.
    argmax : ndarray of int, shape (N, H', W', C)
        From `max_pool_forward`.
    shape : (N, H, W, C)
        Of the maps.

    Returns
    -------
    x : ndarray, shape (N, H, W, C)

    Raises
    ------
    TypeError, ValueError
        As `max_pool_backward`.
    """
    x, index = _places(y, argmax, shape, "y")
    x[index] = y.reshape(-1)
    return x.reshape(shape)


def _places(values, argmax, shape, name):
    """Flat zeros for maps of `shape`, and the index in them of every entry of `argmax`."""
    n, h, w, c = (check_int("shape", length, 0) for length in shape)
    xp = check_arrays(**{name: (values, f"{n} H' W' {c}")})
    check_same_shape(**{name: values, "argmax": argmax})
    try:
        argmax = check_indices("argmax", argmax, h * w)
    except ValueError as error:
        raise ValueError(f"{error} in maps of {h} x {w}") from None
    sample, channel = xp.arange(n)[:, None, None, None], xp.arange(c)
    index = (sample * (h * w) + argmax) * c + channel  # (N, H', W', C)
    return xp.zeros(n * h * w * c, dtype=values.dtype), index.reshape(-1)
