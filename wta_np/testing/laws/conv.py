"""The laws of the convolution and its gradients, over all rows and over some."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import strategies as st

from wta_np.testing.gradient_check import gradcheck
from wta_np.testing.laws.registry import equal, law
from wta_np.testing.strategies_conv import conv_layers, floats


@law("conv", conv_layers())
def a_single_pixel_gives_the_filter_turned(ops, layer):
    """A pixel at (i, j) is seen by filter entry (u, v) from (i - u, j - v), u and v counted from the middle."""
    _, W, b = layer
    kh, kw, c, _ = W.shape
    x = np.zeros((c + 1, kh, kw, c))  # an image for each channel, and one that is empty
    x[range(c), kh // 2, kw // 2, range(c)] = 1
    expected = np.concatenate([W[::-1, ::-1].transpose(2, 0, 1, 3), np.zeros((1, kh, kw, len(b)))]) + b
    equal(ops.conv2d_forward(x, W, b), expected, "one pixel in the middle shows the filters turned")


@law("conv", conv_layers(), st.integers(0, 2), st.integers(0, 2))
def shifted_images_give_shifted_maps(ops, layer, down, right):
    """Away from the border, moving the image moves the maps."""
    x, W, b = layer
    n, h, w, c = x.shape
    rim = 4  # two for the windows, two for the shift
    canvas = np.zeros((2, n, h + 2 * rim, w + 2 * rim, c))
    canvas[0, :, rim : rim + h, rim : rim + w] = x
    canvas[1, :, rim + down : rim + down + h, rim + right : rim + right + w] = x
    still, moved = (ops.conv2d_forward(image, W, b) for image in canvas)
    size_y, size_x = h + 2 * rim - down, w + 2 * rim - right
    equal(moved[:, down:, right:], still[:, :size_y, :size_x], "the maps should move with the image")


@law("conv", conv_layers())
def permuting_samples_permutes_the_maps(ops, layer):
    """Images in another order give the same maps in that order."""
    x, W, b = layer
    y = ops.conv2d_forward(x, W, b)
    equal(ops.conv2d_forward(x[::-1].copy(), W, b), y[::-1], "maps should follow their images")


@law("conv", conv_layers())
def conv_gradients_agree_with_differences(ops, layer):
    """dx, dW and db agree with central differences."""

    def backward(dy, x, W):
        return ops.conv2d_backward(dy, x, W)

    gradcheck(ops.conv2d_forward, backward, dict(zip("xWb", layer)), max_elements=32, allow_zero=True)


def _rows_of_gradient(layer, seed):
    """dy that is zero but at some rows, and these rows."""
    x, W, _ = layer
    rows = np.flatnonzero(floats(seed, x[..., 0].size) > 0.8)
    dy = np.zeros((x[..., 0].size, W.shape[3]))
    dy[rows] = floats(seed, len(rows), W.shape[3])
    return dy.reshape(*x.shape[:3], -1), rows


@law("conv", conv_layers(), st.integers(0, 99))
def backward_over_rows_equals_dense_backward(ops, layer, seed):
    """Where dy is zero outside of rows, rows= changes no gradient; dy may be given at the rows alone."""
    x, W, _ = layer
    kh, kw, _, f = W.shape
    dy, rows = _rows_of_gradient(layer, seed)
    short = dy.reshape(-1, f)[rows]
    dense = ops.conv2d_backward(dy, x, W)
    for given_dy in (dy, short):
        for name, a, e in zip(("dx", "dW", "db"), ops.conv2d_backward(given_dy, x, W, rows), dense):
            equal(a, e, f"{name} over rows should be that of the dense backward")
        for name, a, e in zip(("dW", "db"), ops.conv2d_backward_params(given_dy, x, kh, kw, rows), dense[1:]):
            equal(a, e, f"{name} of conv2d_backward_params over rows")
    for name, a, e in zip(("dW", "db"), ops.conv2d_backward_params(dy, x, kh, kw), dense[1:]):
        equal(a, e, f"{name} of conv2d_backward_params")


@law("conv", conv_layers(), st.integers(0, 99))
def rows_that_are_not_named_are_not_touched(ops, layer, seed):
    """With rows=, what dy holds elsewhere changes nothing: the backward reads the active rows alone."""
    x, W, _ = layer
    dy, rows = _rows_of_gradient(layer, seed)
    noisy = floats(seed + 1, *dy.shape).reshape(-1, W.shape[3])
    noisy[rows] = dy.reshape(noisy.shape)[rows]
    clean = ops.conv2d_backward(dy, x, W, rows)
    for a, e in zip(ops.conv2d_backward(noisy.reshape(dy.shape), x, W, rows), clean):
        equal(a, e, "the gradient at other rows should not be read")


@law("conv", conv_layers(), st.integers(0, 99))
def gradient_stays_inside_the_windows_of_active_rows(ops, layer, seed):
    """dx is non-zero at the windows of the active rows, at each of their pixels, and nowhere else."""
    x, W, _ = layer
    dy, rows = _rows_of_gradient(layer, seed)
    dx = ops.conv2d_backward(dy, x, W, rows)[0]
    reached = np.flatnonzero(np.any(dx.reshape(-1, x.shape[3]) != 0, axis=1))
    equal(reached, inside_windows(rows, x.shape, *W.shape[:2]), "rows that dx reaches")


def inside_windows(rows: Any, shape: Any, kh: Any, kw: Any) -> Any:
    """Flat positions at most half a window away from one of `rows`, by looking at all pairs."""
    n, i, j = np.unravel_index(np.arange(np.prod(shape[:3])), shape[:3])
    near = (n[:, None] == n[rows]) & (abs(i[:, None] - i[rows]) <= kh // 2)
    return np.flatnonzero((near & (abs(j[:, None] - j[rows]) <= kw // 2)).any(axis=1))
