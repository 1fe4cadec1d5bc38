"""The laws of pooling and unpooling."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st

from wta_np.testing.gradient_check import gradcheck
from wta_np.testing.laws.registry import equal, law
from wta_np.testing.strategies_conv import pools, untied_maps


def _cut_windows(x, size, stride):
    """Slices of every pooling window, those over the edge cut, as rows of a grid."""
    tops, lefts = ([s for s in range(0, n, stride) if s == 0 or s - stride + size < n] for n in x.shape[1:3])
    return [[(slice(t, t + size), slice(l, l + size)) for l in lefts] for t in tops]


@law("pool", pools())
def pooling_keeps_the_largest_of_each_window(ops, case):
    """y is the maximum of each window, windows over the edge being cut; ceil((H - size) / stride) + 1 of them."""
    x, size, stride = case
    grid = _cut_windows(x, size, stride)
    expected = np.array([[x[:, a, b].max(axis=(1, 2)) for a, b in line] for line in grid])
    y, _ = ops.max_pool_forward(x, size, stride)
    equal(y, expected.transpose(2, 0, 1, 3), "y should be the maximum of each window")


@law("pool", pools())
def pooling_points_at_the_first_of_the_largest(ops, case):
    """argmax is the first pixel, in reading order, of those in the window that hold its maximum."""
    x, size, stride = case
    place = np.arange(x[0, ..., 0].size).reshape(x.shape[1:3])[..., None]
    grid = _cut_windows(x, size, stride)

    def first(a, b):
        window = x[:, a, b]
        largest = window == window.max(axis=(1, 2), keepdims=True)
        return np.where(largest, place[a, b], x.size).min(axis=(1, 2))

    expected = np.array([[first(a, b) for a, b in line] for line in grid])
    _, argmax = ops.max_pool_forward(x, size, stride)
    equal(argmax, expected.transpose(2, 0, 1, 3), "argmax should be the first of the largest")


@law("pool", pools())
def pooling_gradients_add_up_at_shared_pixels(ops, case):
    """A pixel that won several windows gets the sum of their gradients, others get none."""
    x, size, stride = case
    _, argmax = ops.max_pool_forward(x, size, stride)
    dy = 1.0 + np.arange(argmax.size).reshape(argmax.shape)
    dx = ops.max_pool_backward(dy, argmax, x.shape).reshape(len(x), -1, x.shape[3])
    for n, channel in np.ndindex(len(x), x.shape[3]):
        total = np.bincount(argmax[n, ..., channel].ravel(), dy[n, ..., channel].ravel(), dx.shape[1])
        equal(dx[n, :, channel], total, "each dy should go to the pixel that won")


@law("pool", pools())
def unpooling_puts_values_back_once(ops, case):
    """Unpooled maps hold the original value at each pixel that won a window and zero elsewhere."""
    x, size, stride = case
    y, argmax = ops.max_pool_forward(x, size, stride)
    won = ops.max_pool_backward(np.ones_like(y), argmax, x.shape) > 0
    equal(ops.max_unpool(y, argmax, x.shape), np.where(won, x, 0), "winning pixels keep their value")


@law("pool", untied_maps(), st.integers(1, 3), st.integers(1, 3))
def pool_gradient_agrees_with_differences(ops, x, size, stride):
    """dx agrees with central differences, away from ties."""
    size = min(size, *x.shape[1:3])

    def backward(dy, x):
        return ops.max_pool_backward(dy, ops.max_pool_forward(x, size, stride)[1], x.shape)

    gradcheck(lambda x: ops.max_pool_forward(x, size, stride), backward, {"x": x}, allow_zero=True)
