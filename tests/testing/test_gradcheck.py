"""The gradient check finds wrong gradients, says what is wrong, passes right ones, and refuses kinks."""

import doctest
from pathlib import Path

import numpy as np
import pytest

from wta_np.ops import (
    lifetime_backward,
    lifetime_forward,
    lifetime_mask,
    linear_backward,
    linear_forward,
    relu_backward,
    relu_forward,
    squared_error_backward,
    squared_error_forward,
)
from wta_np.testing import GradientError, KinkError, gradcheck

RNG = np.random.default_rng(3)
LAYER = {"x": RNG.normal(size=(7, 4)), "W": RNG.normal(size=(4, 3)), "b": RNG.normal(size=3)}


def test_passes_a_right_gradient_and_reports_every_input():
    errors = gradcheck(linear_forward, linear_backward, LAYER)
    assert list(errors) == ["x", "W", "b"]
    assert all(0 <= error <= 1e-6 for error in errors.values())


def test_takes_a_sequence_and_names_it_after_the_parameters_of_forward():
    assert list(gradcheck(linear_forward, linear_backward, list(LAYER.values()))) == ["x", "W", "b"]


def test_the_order_of_a_dict_does_not_matter():
    square = {"b": np.ones(3), "W": RNG.normal(size=(3, 3)), "x": RNG.normal(size=(3, 3))}
    assert list(gradcheck(linear_forward, linear_backward, square)) == ["x", "W", "b"]


def test_takes_float32_inputs_in_float64():
    single = {name: value.astype("f4") for name, value in LAYER.items()}
    gradcheck(linear_forward, linear_backward, single)
    assert single["x"].dtype == np.float32


@pytest.mark.parametrize("function", [np.sin, np.tanh, np.exp, lambda t: t**3, lambda t: 1 / (3 + t)])
def test_smooth_curved_functions_pass_with_their_derivative(function):
    derivative = {np.sin: np.cos, np.tanh: lambda t: 1 / np.cosh(t) ** 2, np.exp: np.exp}.get(function)
    if derivative is None:
        step = 1e-6j  # complex step: exact to rounding, and another method than the one under test
        derivative = lambda t: np.imag(function(t + step)) / 1e-6  # noqa: E731
    t = RNG.normal(size=20)
    gradcheck(lambda t: function(t), lambda dy, t: dy * derivative(t), {"t": t})


@pytest.mark.parametrize("relative", [2e-6, 1e-3, 1.0])
def test_finds_an_error_in_one_entry_and_names_it(relative):
    def backward(dy, x, W):
        dx, dW, db = linear_backward(dy, x, W)
        dW[2, 1] *= 1 + relative
        return dx, dW, db

    with pytest.raises(
        GradientError, match=r"gradient of W\[2, 1\] is .* central differences give"
    ) as caught:
        gradcheck(linear_forward, backward, LAYER)
    assert caught.value.argument == "W" and caught.value.index == (2, 1)
    assert caught.value.ratio == pytest.approx(1 + relative, rel=1e-6)
    assert caught.value.analytic / caught.value.numeric == caught.value.ratio


def test_an_error_below_the_tolerance_passes():
    gradcheck(lambda t: t, lambda dy, t: dy * (1 + 5e-7), {"t": np.ones(3)})
    with pytest.raises(GradientError):
        gradcheck(lambda t: t, lambda dy, t: dy * (1 + 5e-7), {"t": np.ones(3)}, rtol=1e-7)


@pytest.mark.parametrize(
    ("factor", "words"),
    [
        (2.0, "same factor 2"),
        (7.0, "7 times too large: is the 1/N missing"),
        (-1.0, "wrong sign"),
        (0.0, "zero"),
    ],
)
def test_a_constant_ratio_is_said(factor, words):
    x = RNG.normal(size=(7, 4))

    def backward(x_hat, x):
        return factor * squared_error_backward(x_hat, x)

    with pytest.raises(GradientError, match=words):
        gradcheck(squared_error_forward, backward, {"x_hat": x + 1, "x": x}, wrt="x_hat")


def test_large_inputs_are_checked_along_directions_and_the_worst_entry_is_still_found():
    x = RNG.normal(size=(40, 50))
    calls = []

    def forward(x):
        calls.append(1)
        return x**2

    gradcheck(forward, lambda dy, x: 2 * dy * x, {"x": x})
    assert len(calls) < 100

    def one_entry_wrong(dy, x):
        dx = 2 * dy * x
        dx[17, 23] += 50.0
        return dx

    with pytest.raises(GradientError) as caught:
        gradcheck(lambda x: x**2, one_entry_wrong, {"x": x})
    assert caught.value.index == (17, 23)


def test_refuses_a_point_on_a_kink():
    with pytest.raises(KinkError, match=r"a has a kink or a tie at the point, at index \(1,\)") as caught:
        gradcheck(relu_forward, relu_backward, {"a": np.array([1.0, 0.0])}, dy=np.array([1.0, 2.0]))
    assert caught.value.left == 0 and caught.value.right == pytest.approx(2.0)


@pytest.mark.parametrize("distance", [1e-9, -1e-7, 4e-6, -9e-6, 1.1e-5, 1e-3])
def test_a_kink_near_the_point_is_no_reason_to_refuse(distance):
    point = {"a": np.array([1.0, distance])}
    gradcheck(relu_forward, relu_backward, point)
    with pytest.raises(GradientError, match=r"a\[1\]"):
        gradcheck(relu_forward, lambda dh, a: dh * np.array([1.0, 0.5]), point)


def test_refuses_a_tie_between_winner_and_loser():
    def forward(h):
        return lifetime_forward(h, 1)

    def backward(dz, h):
        return lifetime_backward(dz, lifetime_mask(h, 1))

    with pytest.raises(KinkError, match="h has a kink or a tie"):
        gradcheck(forward, backward, {"h": np.array([[1.0], [1.0], [0.5]])})
    for second in (1.0 + 2e-6, 1.1):
        gradcheck(forward, backward, {"h": np.array([[1.0], [second], [0.5]])})


def test_refuses_a_kink_that_a_wrong_subgradient_would_pass():
    with pytest.raises(KinkError):
        gradcheck(relu_forward, lambda dh, a: 0.5 * dh, {"a": np.zeros(2)})


def test_a_kink_among_many_entries_is_named():
    a = RNG.normal(size=400)
    a[7] = 0.0
    with pytest.raises(KinkError, match=r"at index \(7,\)"):
        gradcheck(relu_forward, relu_backward, {"a": a})


def test_constants_are_passed_on_and_not_checked():
    errors = gradcheck(
        lambda h, k: lifetime_forward(h, k),
        lambda dz, h, k: lifetime_backward(dz, lifetime_mask(h, k)),
        {"h": RNG.normal(size=(6, 3)), "k": 2},
    )
    assert list(errors) == ["h"]


@pytest.mark.parametrize(
    ("backward", "words"),
    [
        (lambda dy, x, W: linear_backward(dy, x, W)[:2], "returned 2 gradients, expected 3: x, W, b"),
        (
            lambda dy, x, W: (dy @ W.T, dy.T @ x, dy.sum(0)),
            r"gradient of W has shape \(3, 4\), expected \(4, 3\)",
        ),
        (lambda dy, x, W: (x.__imul__(2), x.T @ dy, dy.sum(0)), "x was changed in place by backward"),
        (lambda dy, x, W: {"x": dy @ W.T, "W": x.T @ dy}, "no gradient for b"),
        (lambda dy, x, W: (np.nan * x, x.T @ dy, dy.sum(0)), r"gradient of x\[0, 0\] is nan"),
    ],
)
def test_what_is_no_gradient_at_all_is_said(backward, words):
    with pytest.raises(GradientError, match=words):
        gradcheck(linear_forward, backward, LAYER)


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: gradcheck(np.sqrt, lambda dy, x: dy, {"x": -np.ones(2)}), ValueError, "NaN or infinite"),
        (lambda: gradcheck(lambda x: x.astype(int), lambda dy: dy, [np.ones(2)]), TypeError, "int64"),
        (lambda: gradcheck(lambda x: x + 1j, lambda dy: dy, [np.ones(2)]), TypeError, "complex numbers"),
        (
            lambda: gradcheck(lambda x: x, lambda dy: dy, {"x": np.ones(2)}, wrt="y"),
            ValueError,
            "wrt names 'y'",
        ),
    ],
)
@pytest.mark.filterwarnings("ignore:invalid value")
def test_wrong_use_is_said(call, error, words):
    with pytest.raises(error, match=words):
        call()


def test_what_backward_does_to_its_copy_of_dy_changes_nothing():
    def in_place(dy, t, factor):
        dy *= factor
        return dy

    t = RNG.normal(size=(3, 2))
    gradcheck(lambda t: 3 * t, lambda dy, t: in_place(dy, t, 3), {"t": t})
    with pytest.raises(GradientError, match="ratio 2"):
        gradcheck(lambda t: 1 * t, lambda dy, t: in_place(dy, t, 2), {"t": t})


def test_a_forward_that_returns_the_same_buffer_again_is_checked_all_the_same():
    t, buffer = RNG.normal(size=4), np.empty(4)
    gradcheck(lambda t: np.multiply(t, t, out=buffer), lambda dy, t: 2 * dy * t, {"t": t})
    with pytest.raises(GradientError):
        gradcheck(lambda t: np.multiply(t, t, out=buffer), lambda dy, t: 0 * t, {"t": t})


def test_a_forward_that_is_random_or_writes_into_its_input_is_said():
    rng = np.random.default_rng(0)
    with pytest.raises(ValueError, match="different results for the same inputs"):
        gradcheck(lambda t: t * rng.random(5), lambda dy, t: dy, {"t": np.ones(5)})
    with pytest.raises(GradientError, match="t was changed in place by forward"):
        gradcheck(lambda t: t.__iadd__(1), lambda dy, t: dy, {"t": np.ones(5)})


def test_one_nan_among_many_gradients_is_found():
    def backward(dy, t):
        dy = dy.copy()
        dy[7] = np.nan
        return dy

    with pytest.raises(GradientError, match=r"gradient of t\[7\] is nan"):
        gradcheck(lambda t: 1 * t, backward, {"t": np.ones(400)})


@pytest.mark.parametrize(
    ("inputs", "options", "words"),
    [
        ({"x": np.ones(2, int)}, {}, "no arrays of floats .x is array of int64"),
        ([[1, 2]], {}, "no arrays of floats"),
        ({"x": np.ones((0, 3))}, {}, r"x is empty, of shape \(0, 3\)"),
        ({"x": np.array([1.0, np.nan])}, {}, "x holds NaN"),
        ({"x": np.ones(2) + 1j}, {}, "x is complex"),
        ({"x": np.ones(2)}, {"wrt": []}, "wrt is empty"),
        ({"x": np.ones(2)}, {"step": 0}, "step is 0"),
        ({"x": np.ones(2)}, {"rtol": np.nan}, "rtol is nan"),
        ({"x": np.ones(2)}, {"directions": 0}, "directions is 0"),
        ({"x": np.ones(2)}, {"kinks": "ignore"}, "kinks is 'ignore'"),
        ({"x": np.ones(2)}, {"dy": np.array([1.0, np.inf])}, "dy holds NaN"),
    ],
)
def test_inputs_and_options_that_would_check_nothing_are_refused(inputs, options, words):
    with pytest.raises(ValueError, match=words):
        gradcheck(lambda x: x, lambda dy, x: 0 * dy, inputs, **options)


def test_the_same_seed_gives_the_same_errors():
    pair = linear_forward, linear_backward, LAYER
    assert gradcheck(*pair, rng=5) == gradcheck(*pair, rng=5)


def test_dy_may_be_given_and_is_what_backward_gets():
    dy, seen = np.zeros((7, 3)), []
    dy[2, 1] = 1.0

    def backward(dy, x, W):
        seen.append(dy)
        return linear_backward(dy, x, W)

    gradcheck(linear_forward, backward, LAYER, dy=dy)
    np.testing.assert_array_equal(seen, [dy] * len(seen))
    with pytest.raises(ValueError, match=r"dy has shape \(3,\), expected \(7, 3\) like y"):
        gradcheck(linear_forward, backward, LAYER, dy=np.ones(3))


@pytest.mark.parametrize(("rest", "n_wrong", "ratio"), [(1.0, 6, 3.0), (0.5, 12, None)])
def test_the_error_knows_which_entries_are_wrong_and_the_ratio_that_they_share(rest, n_wrong, ratio):
    def backward(dy, x, W):
        dx, dW, db = linear_backward(dy, x, W)
        return dx, dW * np.array([[3.0], [3.0], [rest], [rest]]), db

    with pytest.raises(GradientError) as caught:
        gradcheck(linear_forward, backward, LAYER)
    assert len(caught.value.wrong) == n_wrong and len(caught.value.entries) == 12
    assert caught.value.common_ratio == (ratio and pytest.approx(ratio))


def test_the_page_of_the_book_shows_what_happens():
    page = Path(__file__).parents[2] / "tutorials" / "gradcheck.md"
    example = doctest.DocTestParser().get_doctest(page.read_text(encoding="utf-8"), {}, page.name, None, 0)
    result = doctest.DocTestRunner(verbose=False).run(example)
    assert result.attempted > 15 and result.failed == 0
