"""Where numbers are hard to trust: steep curves, saturated units, large values, float32, corners, a million entries."""

import numpy as np
import pytest

from wta_np import ops
from wta_np.testing import GradcheckWarning, GradientError, KinkError, UndecidedError, gradcheck


def relu(x):
    return np.maximum(x, 0)


def accepted(forward, backward, *xs, **options):
    """The report for inputs that are called x, or x and s."""
    return gradcheck(forward, backward, dict(zip("xs", xs)), **options)


STEEP = {
    "log at 5e-3": (np.log, lambda dy, x: dy / x, 5e-3),
    "log at 1e-9": (np.log, lambda dy, x: dy / x, 1e-9),
    "1/x at 1e-3": (lambda x: 1 / x, lambda dy, x: -dy / x**2, 1e-3),
    "sqrt at 1e-6, where x - h is negative": (np.sqrt, lambda dy, x: dy / (2 * np.sqrt(x)), 1e-6),
    "sin(1000 x)": (lambda x: np.sin(1e3 * x), lambda dy, x: 1e3 * dy * np.cos(1e3 * x), 0.1),
    "sin(3e5 x)": (lambda x: np.sin(3e5 * x), lambda dy, x: 3e5 * dy * np.cos(3e5 * x), 0.1),
    "x**2 at 1e12": (lambda x: x**2, lambda dy, x: 2 * dy * x, 1e12),
    "x**2 at 1e-12": (lambda x: x**2, lambda dy, x: 2 * dy * x, 1e-12),
}


@pytest.mark.parametrize("name", STEEP)
def test_a_curve_within_the_first_step_is_no_error_and_hides_none(name):
    forward, backward, x = STEEP[name]
    x = np.array([x, 1.0])
    accepted(forward, backward, x)
    with pytest.raises(GradientError, match=r"x\[0\]"):
        accepted(forward, lambda dy, x: backward(dy, x) * np.array([1.001, 1.0]), x)


FLAT = {
    "tanh at 15": (np.tanh, lambda dy, x: dy / np.cosh(x) ** 2, 15.0),
    "sigmoid at 30": (
        lambda x: 1 / (1 + np.exp(-x)),
        lambda dy, x: dy * np.exp(-x) / (1 + np.exp(-x)) ** 2,
        30.0,
    ),
    "tanh at 300": (np.tanh, lambda dy, x: dy / np.cosh(x) ** 2, 300.0),
}


@pytest.mark.parametrize("name", FLAT)
def test_a_saturated_unit_beside_another_passes_and_is_counted(name):
    forward, backward, x = FLAT[name]
    report = accepted(forward, backward, np.array([x, 0.3]))
    assert report.errors["x"] < 1e-6 and report.verdict == "right"


def confident(z):
    return np.log(np.sum(np.exp(z - z.max()))) + z.max() - z[0]


def test_where_the_whole_gradient_is_below_rounding_that_is_said():
    z = np.array([40.0, 0, 1, -3, 2])
    p = np.exp(z - z.max()) / np.sum(np.exp(z - z.max())) - np.eye(5)[0]
    with pytest.warns(GradcheckWarning, match="gradient of z cannot be told from zero"):
        report = gradcheck(confident, lambda z: p, {"z": z})
    assert report.verdict == "right as far as it can be told" and report.hidden == 4
    with pytest.raises(GradientError):
        gradcheck(confident, lambda z: p + 1e-9, {"z": z})


DROWNED = {
    "1e12 + x**2": (lambda x: 1e12 + x**2, lambda dy, x: 2 * dy * x),
    "1e12 + x": (lambda x: 1e12 + x, lambda dy, x: dy),
    "1 + 1e-12 x**2": (lambda x: 1 + 1e-12 * x**2, lambda dy, x: 2e-12 * dy * x),
}


@pytest.mark.parametrize("name", DROWNED)
@pytest.mark.parametrize("wrong", [0.0, -1.0, 2.0])
def test_longer_steps_lift_a_gradient_above_the_rounding_of_y(name, wrong):
    forward, backward = DROWNED[name]
    x = np.array([1.0, 2.0])
    accepted(forward, backward, x)
    with pytest.raises(GradientError):
        accepted(forward, lambda dy, x: wrong * backward(dy, x), x)


@pytest.mark.parametrize("claimed", [0.0, 1.0])
def test_a_gradient_that_rounding_hides_is_neither_right_nor_wrong(claimed):
    with pytest.raises((UndecidedError, GradientError)) as caught:
        accepted(lambda x: 1e17 + np.tanh(x), lambda dy, x: claimed * dy, np.array([0.1, 0.5]))
    assert isinstance(caught.value, UndecidedError) or claimed == 0


def test_tiny_gradients_are_judged_like_others():
    x = np.array([1.0, 2.0, 3.0])
    for scale in (1e-6, 1e-12, 1e-30):
        accepted(lambda x, s=scale: s * x**2, lambda dy, x, s=scale: 2 * s * dy * x, x)
        for wrong in (0.0, 2.0, 1.001):
            with pytest.raises(GradientError):
                accepted(lambda x, s=scale: s * x**2, lambda dy, x, s=scale, w=wrong: 2 * w * s * dy * x, x)


def test_one_tiny_entry_that_is_wrong_is_found():
    x = np.array([1e-7, 1.0, 2.0])
    for wrong in (0.0, 1.01):
        with pytest.raises(GradientError, match=r"x\[0\]"):
            accepted(lambda x: x**2, lambda dy, x, w=wrong: 2 * dy * x * np.array([w, 1, 1]), x)


# ------------------------------------------------------------------------------- corners and jumps


@pytest.mark.parametrize(
    ("forward", "backward", "x"),
    [
        (lambda x: relu(x) ** 2, lambda dy, x: 2 * dy * relu(x), 0.0),
        (lambda x: np.where(abs(x) < 1, x**2 / 2, abs(x) - 0.5), lambda dy, x: dy * np.clip(x, -1, 1), 1.0),
        (lambda x: x * abs(x), lambda dy, x: 2 * dy * abs(x), 0.0),
    ],
)
def test_a_corner_that_has_a_derivative_passes(forward, backward, x):
    x = np.array([x, 0.3])
    accepted(forward, backward, x)
    with pytest.raises(GradientError):
        accepted(forward, lambda dy, x: backward(dy, x) + 0.01, x)


@pytest.mark.parametrize(
    ("forward", "elsewhere"),
    [
        (np.sign, 0.0),
        (lambda x: np.heaviside(x, 0.5), 0.0),
        (lambda x: (x > 0) * 1.0, 0.0),
        (lambda x: np.floor(x) + x, 1.0),
        (abs, 1.0),
        (np.cbrt, np.cbrt(1.5) / 4.5),
    ],
)
def test_a_point_without_a_derivative_is_called_a_kink(forward, elsewhere):
    with pytest.raises(KinkError, match=r"index \(0,\)"):
        accepted(forward, lambda dy, x: np.where(x == 0, 0.0, dy * elsewhere), np.array([0.0, 1.5]))


def test_a_function_that_ends_at_the_point_is_called_so():
    with pytest.raises(UndecidedError, match="edge of where forward is defined") as caught:
        accepted(np.sqrt, lambda dy, x: dy / (2 * np.sqrt(np.where(x == 0, 1, x))), np.array([0.0, 1.5]))
    assert caught.value.reason == "edge"


def test_one_kink_does_not_hide_what_is_wrong_elsewhere():
    with pytest.raises(GradientError, match=r"x\[\d\]"):
        accepted(relu, lambda dy, x: 2 * dy * (x > 0), np.array([0.0, 1, 2, 3, -1]))


@pytest.mark.parametrize("size", [5, 1000])
def test_kinks_can_be_left_out_and_are_counted(size):
    x = np.random.default_rng(0).normal(size=size)
    x[[1, 3]] = 0.0
    report = accepted(relu, lambda dy, x: dy * (x > 0), x, kinks="skip")
    assert report.skipped == 2 and "2 on kinks left out" in str(report)
    with pytest.raises(GradientError):
        accepted(relu, lambda dy, x: dy * (x > 0) * np.where(x == x.max(), 2, 1), x, kinks="skip")


def test_a_value_between_the_slopes_can_be_accepted():
    x = np.array([0.0, 1.0])
    for at_zero in (0.0, 0.5, 1.0):
        accepted(relu, lambda dy, x, a=at_zero: dy * np.where(x > 0, 1, a), x, kinks="subgradient")
    for at_zero in (-0.1, 1.1):
        with pytest.raises(KinkError):
            accepted(relu, lambda dy, x, a=at_zero: dy * np.where(x > 0, 1, a), x, kinks="subgradient")


# ----------------------------------------------------------------------------------------- float32


FLOAT32 = {
    "out": lambda x: np.sin(x).astype("f4"),
    "inside": lambda x: np.sin(x.astype("f4")).astype(float),
    "a buffer inside": lambda x: np.sin(np.array(x, "f4")).sum() * 1.5,
}


@pytest.mark.parametrize("name", FLOAT32)
def test_float32_is_recognised_and_judged_by_its_own_rounding(name):
    forward = FLOAT32[name]
    factor = 1.5 if name == "a buffer inside" else 1.0
    for seed in range(10):
        x = np.random.default_rng(seed).normal(size=5)
        accepted(forward, lambda dy, x: factor * dy * np.cos(x), x)
        for wrong in (3.0, 1.02, -1.0, 0.0):
            with pytest.raises(GradientError):
                accepted(forward, lambda dy, x, w=wrong: w * factor * dy * np.cos(x), x)


def test_a_backward_in_float32_is_not_asked_for_more_digits_than_it_has():
    x = np.random.default_rng(0).normal(size=(20, 6))
    accepted(lambda x: np.tanh(x).astype("f4"), lambda dy, x: (dy / np.cosh(x) ** 2).astype("f4"), x)


# ---------------------------------------------------------------------------------- large inputs


@pytest.mark.parametrize(("n", "offset"), [(1000, 0.0), (30_000, 1000.0)])
@pytest.mark.parametrize("relative", [1.0, 0.01])
def test_the_wrong_entry_of_many_is_named(n, offset, relative):
    x = np.random.default_rng(1).normal(size=n)

    def backward(dy, x):
        dx = 2 * dy * x
        dx[n // 3] *= 1 - relative
        return dx

    with pytest.raises(GradientError, match=rf"x\[{n // 3}\]") as caught:
        accepted(lambda x: offset + x**2, backward, x)
    assert caught.value.index == (n // 3,)


def test_all_entries_wrong_in_the_fifth_digit_are_found_among_many():
    x = np.random.default_rng(1).normal(size=30_000)
    with pytest.raises(GradientError):
        accepted(lambda x: 1000 + x**2, lambda dy, x: 2 * dy * x * (1 + 1e-5), x)


def test_a_layer_of_usual_size_passes_though_units_are_near_zero():
    def forward(x, W, b):
        return relu(ops.conv2d_forward(x, W, b))

    def backward(dy, x, W, b):
        return ops.conv2d_backward(dy * (ops.conv2d_forward(x, W, b) > 0), x, W)

    for seed in range(3):
        r = np.random.default_rng(seed)
        W, b = r.normal(size=(5, 5, 1, 16)) / 5, 0.1 * r.normal(size=16)
        point = {"x": r.normal(size=(2, 28, 28, 1)), "W": W, "b": b}
        gradcheck(forward, backward, point, directions=2)


def test_masked_entries_of_minus_infinity_are_left_out():
    mask = np.tril(np.ones((4, 4), bool))
    x = np.random.default_rng(0).normal(size=(4, 4))
    accepted(lambda x: np.where(mask, 3 * x, -np.inf), lambda dy, x: np.where(mask, 3 * dy, 0), x)
    with pytest.raises(GradientError):
        accepted(lambda x: np.where(mask, 3 * x, -np.inf), lambda dy, x: np.where(mask, 2 * dy, 0), x)
