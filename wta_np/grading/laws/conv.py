"""Laws of the exercises on windows and convolutions that `wta_np.testing.laws` does not have."""

from __future__ import annotations

from typing import Any

import numpy as np

from wta_np import ops
from wta_np.grading.laws.dense import normal
from wta_np.grading.laws.gradients import gradient_laws
from wta_np.testing.laws.registry import equal, given, require
from wta_np.testing.strategies_conv import FEW_WINDOWS, numbered, windows

# ------------------------------------------------------------------------------- im2col and col2im


def windows_of_one_pixel_are_the_image(impl: Any) -> None:
    """With kh = kw = 1 the rows are the pixels, in the order n, i, j, with their channels."""

    @given(windows(), first=FEW_WINDOWS)
    def check(case):
        x = case[0]
        equal(impl.im2col(x, 1, 1), x.reshape(-1, x.shape[3]), "windows of one pixel should be the pixels")

    check()


def the_middle_of_a_window_is_its_own_pixel(impl: Any) -> None:
    """The entry (kh//2, kw//2) of each window is the pixel it lies on."""

    @given(windows(), first=FEW_WINDOWS)
    def check(case):
        x, kh, kw, _ = case
        cols = impl.im2col(x, kh, kw)
        for row, (n, i, j) in enumerate(np.ndindex(x.shape[:3])):
            for c, pixel in enumerate(x[n, i, j]):
                column = (kh // 2 * kw + kw // 2) * x.shape[3] + c
                require(
                    np.isclose(cols[row, column], pixel, rtol=1e-9, atol=1e-9),
                    f"cols[{row}, {column}], channel {c} in the middle of the window on pixel ({i}, {j}) of image "
                    f"{n}, is {cols[row, column] + 0.0:.6g}, expected x[{n}, {i}, {j}, {c}] = {pixel:.6g}",
                )

    check()


def ones_count_the_windows_that_show_a_pixel(impl: Any) -> None:
    """col2im of ones says of each pixel how many windows show it."""

    @given(windows(), first=FEW_WINDOWS)
    def check(case):
        x, kh, kw, _ = case
        n, h, w, c = x.shape
        (up, left) = (
            np.array([sum(abs(i - j) <= k // 2 for j in range(length)) for i in range(length)])
            for length, k in ((h, kh), (w, kw))
        )
        found = impl.col2im(np.ones((n * h * w, kh * kw * c)), x.shape, kh, kw)
        equal(
            found, np.broadcast_to((up[:, None] * left)[..., None], x.shape), "windows that show each pixel"
        )

    check()


def windows_of_one_pixel_come_back_as_the_image(impl: Any) -> None:
    """With kh = kw = 1 col2im puts every row on its own pixel."""

    @given(windows(), first=FEW_WINDOWS)
    def check(case):
        x = case[0]
        equal(impl.col2im(x.reshape(-1, x.shape[3]), x.shape, 1, 1), x, "windows of one pixel")

    check()


# ------------------------------------------------------------------------------------ convolution

ONE_PIXEL_EACH = (  # shapes of x and W, and where dy is 1: the middle, then a corner, then further channels
    ((1, 3, 3, 1), (3, 3, 1, 1), (0, 1, 1, 0)),
    ((1, 3, 3, 1), (3, 3, 1, 1), (0, 0, 0, 0)),
    ((1, 1, 1, 2), (1, 1, 2, 2), (0, 0, 0, 1)),
    ((2, 1, 1, 1), (1, 1, 1, 1), (1, 0, 0, 0)),
)


def tiny_layer(image: Any, filters: Any, place: Any) -> Any:
    """A convolution of 1, 2, 3, ... with filters of 1, 2, 3, ..., and a dy that is 1 at one place: (inputs, dy)."""
    x, W = numbered(image), numbered(filters)
    dy = np.zeros((*image[:3], filters[3]))
    dy[place] = 1
    return {"x": x, "W": W, "b": np.zeros(filters[3])}, dy


CONV = gradient_laws(
    "x W b",
    ops.conv2d_forward,
    lambda impl, dy, x, W, b: dict(zip("xWb", impl.conv2d_backward(dy, x, W))),
    lambda rng, n, c, f, h, w: normal(rng, x=(n, h, w, c), W=(3, 3, c, f), b=f),
    (3, 2, 4, 5, 6),  # a ratio of 3 is N, and cannot be taken for the 2 of a square
    largest=3,
    tiny=[tiny_layer(*shapes) for shapes in ONE_PIXEL_EACH],
)
