"""Laws of the convolutional exercises that `wta_np.testing.laws` does not have."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np

from wta_np import ops
from wta_np.testing.grade_dense import SEEDS, normal
from wta_np.testing.grade_gradients import gradient_law, gradient_laws
from wta_np.testing.law import equal, given
from wta_np.testing.strategies_conv import FEW_WINDOWS, codes, numbered, windows

# ------------------------------------------------------------------------------- im2col and col2im


def windows_of_one_pixel_are_the_image(impl):
    """With kh = kw = 1 the rows are the pixels, in the order n, i, j, with their channels."""

    @given(windows(), first=FEW_WINDOWS)
    def check(case):
        x = case[0]
        equal(impl.im2col(x, 1, 1), x.reshape(-1, x.shape[3]), "windows of one pixel should be the pixels")

    check()


def the_middle_of_a_window_is_its_own_pixel(impl):
    """The entry (kh//2, kw//2) of each window is the pixel it lies on."""

    @given(windows(), first=FEW_WINDOWS)
    def check(case):
        x, kh, kw, _ = case
        cols = impl.im2col(x, kh, kw)
        for row, (n, i, j) in enumerate(np.ndindex(x.shape[:3])):
            for c, pixel in enumerate(x[n, i, j]):
                column = (kh // 2 * kw + kw // 2) * x.shape[3] + c
                assert np.isclose(cols[row, column], pixel, rtol=1e-9, atol=1e-9), (
                    f"cols[{row}, {column}], channel {c} in the middle of the window on pixel ({i}, {j}) of image "
                    f"{n}, is {cols[row, column] + 0.0:.6g}, expected x[{n}, {i}, {j}, {c}] = {pixel:.6g}"
                )

    check()


def ones_count_the_windows_that_show_a_pixel(impl):
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


def windows_of_one_pixel_come_back_as_the_image(impl):
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


def tiny_layer(image, filters, place):
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

# --------------------------------------------------------------------------------------- decoding


def winners_as_lists(impl):
    """The student's ``decode_winners`` as a `deconv2d_forward` of dense codes, beside the rest of the ops."""

    def deconv2d_forward(z, D, b):
        n, y, x, f = np.nonzero(z)
        return impl.decode_winners(n, y, x, f, z[n, y, x, f], z.shape[:3], D, b)

    return SimpleNamespace(**{**vars(impl), "deconv2d_forward": deconv2d_forward})


def lists(case):
    """n, y, x, f, value and (N, H, W) of the winners of a drawn code, with values that differ."""
    h, k, D, b = case
    code = ops.select_winners(h, k)
    value = 1.0 + np.arange(len(code))
    return (code.n, code.y, code.x, code.f, value, h.shape[:3]), ops.deconv2d_forward(
        code.with_value(value), D, b
    )


def decoding_gives_the_sum_of_scaled_atoms(impl):
    """x_hat is b plus value times atom, for every winner, cut at the border."""

    @given(codes())
    def check(case):
        winners, expected = lists(case)
        equal(impl.decode_winners(*winners, *case[2:]), expected, "x_hat")

    check()


def the_bias_is_added_once(impl):
    """Winners of value zero leave b at every pixel, however many there are."""

    @given(codes())
    def check(case):
        (*places, value, shape), expected = lists(case)
        found = impl.decode_winners(*places, 0 * value, shape, *case[2:])
        equal(found, np.broadcast_to(case[3], expected.shape), "x_hat where all values are zero")

    check()


def winners_at_one_place_add_up(impl):
    """Each winner given twice, with half of its value, makes the same image."""

    @given(codes(), SEEDS)
    def check(case, seed):
        (*places, value, shape), expected = lists(case)
        order = np.random.default_rng(seed).permutation(2 * len(value))
        twice = [np.concatenate([part, part])[order] for part in (*places, value / 2)]
        equal(impl.decode_winners(*twice, shape, *case[2:]), expected, "x_hat with each winner in two halves")

    check()


def no_winners_leave_the_bias(impl):
    """An empty list decodes to b everywhere."""
    nothing = [np.zeros(0, int)] * 4
    D, b = np.ones((2, 3, 3, 1)), np.array([0.5])
    equal(impl.decode_winners(*nothing, np.zeros(0), (1, 2, 3), D, b), 0.5, "x_hat without winners")


def a_value_gets_what_its_atom_sees(impl):
    """Where its atom lies inside of the image, dvalue of a winner is the sum of dy times the atom, entry by entry."""
    one = np.ones(1, int)
    for image, atom in (
        ((1, 3, 3, 1), (1, 3, 3, 1)),
        ((1, 3, 3, 2), (1, 1, 1, 2)),
        ((2, 3, 4, 1), (2, 1, 3, 1)),
    ):
        dy, D = numbered(image), numbered(atom)
        n, f = (image[0] - 1) * one, (atom[0] - 1) * one
        seen = dy[n[0], 1 - atom[1] // 2 : 2 + atom[1] // 2, 1 - atom[2] // 2 : 2 + atom[2] // 2]
        equal(impl.value_gradient(dy, n, one, one, f, D), [np.sum(seen * D[f[0]])], "dvalue of one winner")


def value_point(rng, n, h, w, f, r):
    """Winners anywhere, some of them near a border, perhaps at one place, with atoms of two channels."""
    places = {name: rng.integers(0, length, r) for name, length in zip("nyxf", (n, h, w, f))}
    return {**normal(rng, value=r), **places, "shape": (n, h, w), **normal(rng, D=(f, 3, 3, 2), b=2)}


def decoded(value, n, y, x, f, shape, D, b):
    """The images of a list of winners, ours."""
    return ops.deconv2d_forward(ops.Winners(n, y, x, f, value, (*shape, len(D))), D, b)


VALUE = gradient_law(
    "value",
    decoded,
    lambda impl, dy, value, n, y, x, f, shape, D, b: {"value": impl.value_gradient(dy, n, y, x, f, D)},
    value_point,
    (3, 5, 6, 4, 7),
)
