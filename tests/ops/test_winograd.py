"""Winograd's convolution: its matrices in rational numbers, its results against the loops and im2col."""

from fractions import Fraction

import numpy as np
import oracles
import pytest

import wta_np.ops.fast as fast_path
from wta_np import ops
from wta_np.backend import to_numpy
from wta_np.models import ConvWTA
from wta_np.ops.fast import tiles, winograd

RNG = np.random.default_rng(0)
SHAPES = [(3, 7, 5, 4, 3), (2, 8, 8, 1, 2), (5, 4, 9, 6, 1), (1, 1, 2, 2, 2), (0, 5, 5, 4, 2)]  # N H W C F


@pytest.fixture(params=["whole", "pieces"])
def pieces(request, monkeypatch):
    """As it is, and two images at a time, which leaves one for the last piece."""
    if request.param == "pieces":

        def two_at_a_time(xp, n, bytes_each):
            return [slice(start, min(start + 2, n)) for start in range(0, n, 2)]

        monkeypatch.setattr(tiles, "chunks", two_at_a_time)


def dot(matrix, vector):
    return [sum(a * b for a, b in zip(row, vector)) for row in matrix]


@pytest.mark.parametrize("m, r", [(m, r) for m in range(1, 7) for r in range(1, 8) if m + r <= 9])
def test_the_matrices_filter_exactly_in_rational_numbers(m, r):
    AT, G, BT = winograd.toom_cook(m, r)
    d = [Fraction(int(number), 7) for number in RNG.integers(-50, 50, m + r - 1)]
    g = [Fraction(int(number), 3) for number in RNG.integers(-50, 50, r)]
    products = [a * b for a, b in zip(dot(G, g), dot(BT, d))]
    assert dot(AT, products) == [sum(d[i + k] * g[k] for k in range(r)) for i in range(m)]


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("r", winograd.SIZES)
def test_it_equals_the_loops(shape, r, pieces, place):
    n, h, w, c, f = shape
    x, W, b = RNG.normal(size=(n, h, w, c)), RNG.normal(size=(r, r, c, f)), RNG.normal(size=f)
    dy = RNG.normal(size=(n, h, w, f))
    y = to_numpy(winograd.winograd_forward(place(x), place(W), place(b)))
    np.testing.assert_allclose(y, oracles.conv2d(x, W, b), atol=1e-11)
    dW = to_numpy(winograd.winograd_backward_filters(place(dy), place(x), r))
    np.testing.assert_allclose(dW, oracles.conv2d_gradients(dy, x, W)[1], atol=1e-11)


@pytest.mark.parametrize("r", winograd.SIZES)
def test_float32_stays_float32_and_is_accurate_to_1e_4(r):
    x = np.maximum(RNG.normal(size=(8, 28, 28, 64)), 0)
    W, dy = RNG.normal(size=(r, r, 64, 32)), RNG.normal(size=(8, 28, 28, 32))
    short = [array.astype("float32") for array in (x, W, dy)]
    y = winograd.winograd_forward(*short[:2])
    dW = winograd.winograd_backward_filters(short[2], short[0], r)
    cols = ops.im2col(x, r, r)
    for ours, exact in ((y, cols @ W.reshape(-1, 32)), (dW, cols.T @ dy.reshape(-1, 32))):
        assert ours.dtype == "float32"
        assert np.abs(ours.ravel() - exact.ravel()).max() < 1e-4 * np.abs(exact).max()


@pytest.mark.parametrize("channels", [winograd.LEAST_CHANNELS - 1, winograd.LEAST_CHANNELS])
def test_convolution_is_the_same_on_both_sides_of_the_choice(channels, monkeypatch):
    x, W, b = RNG.normal(size=(3, 9, 6, channels)), RNG.normal(size=(5, 5, channels, 6)), RNG.normal(size=6)
    dy, called = RNG.normal(size=(3, 9, 6, 6)), []

    def watched(*arguments, forward=winograd.winograd_forward):
        called.append(arguments)
        return forward(*arguments)

    monkeypatch.setattr(fast_path, "winograd_forward", watched)
    np.testing.assert_allclose(ops.conv2d_forward(x, W, b), oracles.conv2d(x, W, b), atol=1e-11)
    assert bool(called) == winograd.winograd_pays(x, 5, 5) == (channels == winograd.LEAST_CHANNELS)
    for ours, loops in zip(ops.conv2d_backward(dy, x, W), oracles.conv2d_gradients(dy, x, W)):
        np.testing.assert_allclose(ours, loops, atol=1e-11)


def test_unequal_or_other_sizes_and_tiny_images_go_by_columns():
    x = np.zeros((1, 8, 8, 16))
    assert winograd.winograd_pays(x, 5, 5) and winograd.winograd_pays(x, 3, 3)
    assert not winograd.winograd_pays(x, 5, 3) and not winograd.winograd_pays(x, 11, 11)
    assert not winograd.winograd_pays(x[:, :3], 5, 5)


def test_precisions_that_it_would_lose_go_by_columns():
    """float16 has too few digits to lose two of them, and the matrices have no more than float64 has."""
    assert not winograd.winograd_pays(np.zeros((1, 8, 8, 16), "f2"), 5, 5)
    x, W = RNG.random((2, 8, 8, 16)).astype("g"), RNG.random((5, 5, 16, 2)).astype("g")
    exact = ops.im2col(x, 5, 5) @ W.reshape(-1, 2)  # (N*H*W, F)
    y = ops.conv2d_forward(x, W, np.zeros(2, "g")).reshape(-1, 2)
    assert np.abs(y / exact - 1).max() <= 16 * np.finfo("g").eps


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_a_filter_that_is_not_finite_shows_even_where_images_are_empty(bad):
    W = RNG.normal(size=(3, 3, 4, 2))
    W[1, 2, 0, 1] = bad
    with np.errstate(invalid="ignore"):
        y = winograd.winograd_forward(np.zeros((1, 6, 6, 4)), W, np.ones(2))
    assert np.isnan(y[..., 1]).all() and (y[..., 0] == 1).all()


@pytest.mark.parametrize("r", winograd.SIZES)
def test_an_empty_window_gives_the_bias_exactly_and_no_other_does(r, place):
    x = np.zeros((2, 12, 9, 5))
    x[0, 4:6, 3] = RNG.normal(size=(2, 5))
    x[1, 0, 8, 2] = 1e-3
    W, b = RNG.normal(size=(r, r, 5, 3)), np.array([0.0, 0.1, -0.3])
    y = to_numpy(winograd.winograd_forward(place(x), place(W), place(b)))
    empty = ~ops.im2col(x, r, r).any(axis=1).reshape(2, 12, 9)
    assert 0 < empty.sum() < empty.size
    assert (y[empty] == b).all() and (y[~empty] != b).any(axis=1).all()


def test_where_images_are_empty_gradients_are_those_of_the_plain_way(monkeypatch):
    """The kink of the ReLU, at biases of zero, and winners among equals are decided by rounding otherwise."""
    x = np.zeros((6, 12, 12, 1), "float32")
    x[:, 2:6, 5:9] = RNG.random((6, 4, 4, 1))
    model = ConvWTA(1, 6, 3, lifetime=0.5)
    _, fast = model.loss_and_grads(x)
    monkeypatch.setattr(fast_path, "winograd_pays", lambda *arguments: False)
    _, plain = model.loss_and_grads(x)
    for name, value in plain.items():
        np.testing.assert_allclose(
            fast[name], value, rtol=1e-3, atol=1e-5 * np.abs(value).max(), err_msg=name
        )


@pytest.mark.parametrize("ratio", [1.0, 1e5, 1e8])
def test_a_bright_pixel_does_not_shift_outputs_that_do_not_see_it(ratio, pieces):
    x = RNG.random((5, 12, 12, 8)).astype("f4")
    x[2, 6, 6, 3] = ratio
    W = RNG.normal(size=(5, 5, 8, 6)).astype("f4")
    b = np.zeros(6, "f4")
    y = winograd.winograd_forward(x, W, b)
    exact = oracles.conv2d(x.astype("f8"), W.astype("f8"), b.astype("f8"))
    unseen = np.ones((5, 12, 12), bool)
    unseen[2, 4:9, 4:9] = False
    assert np.abs(y - exact)[unseen].max() < 1e-4
    np.testing.assert_allclose(y, exact, rtol=1e-4, atol=1e-6 * max(100.0, ratio))


def test_images_of_the_usual_kind_take_the_fast_way_alone(monkeypatch):
    def refuse(*args):
        raise AssertionError("by im2col")

    monkeypatch.setattr(winograd, "_plain", refuse)
    images = np.zeros((6, 12, 12, 8), "f4")
    images[1] = RNG.random((12, 12, 8))
    images[2] = RNG.normal(size=(12, 12, 8)) * 1e6
    images[3, 5, 5, 0] = 1e20  # one dot in the dark: no other pixel can be shifted
    images[4] = np.maximum(RNG.normal(size=(12, 12, 8)) - 2, 0)  # few are active
    images[5] = RNG.standard_exponential((12, 12, 8)) ** 2
    winograd.winograd_forward(images, np.ones((5, 5, 8, 6), "f4"), np.zeros(6, "f4"))
    wide = RNG.random((1, 12, 12, 8))
    wide[0, 0, 0, 0] = 1e9  # float64 has the digits
    winograd.winograd_forward(wide, np.ones((5, 5, 8, 6)), np.zeros(6))
