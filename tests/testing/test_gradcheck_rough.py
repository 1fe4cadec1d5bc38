"""Functions that are rough where steps are short: float16 inside of them, stairs, oscillations faster than a step."""

import numpy as np
import pytest

from wta_np.testing import GradientError, UndecidedError, gradcheck

HALF = {
    "inside": (lambda x: np.sin(x.astype("f2")).astype(float), lambda x: np.cos(x)),
    "out": (lambda x: np.sin(x.astype("f2")), lambda x: np.cos(x)),
    "in the middle": (
        lambda x: np.tanh(x).astype("f2").astype(float) ** 2,
        lambda x: 2 * np.tanh(x) / np.cosh(x) ** 2,
    ),
    "a sum": (lambda x: float(np.sin(x.astype("f2")).sum()), lambda x: np.cos(x)),
    "behind a large number": (lambda x: (100 + np.sin(x.astype("f2"))) * 1.0, lambda x: np.cos(x)),
    "a product of matrices": (lambda x: x.astype("f2") @ np.ones((5, 5), "f2") * 1.0, None),
}


def verdict(forward, backward, x):
    try:
        gradcheck(forward, backward, {"x": x})
    except (GradientError, UndecidedError) as error:
        return type(error).__name__
    return "right"


@pytest.mark.parametrize("name", HALF)
def test_float16_inside_is_recognised_and_never_called_wrong(name):
    forward, derivative = HALF[name]

    def backward(dy, x):
        return dy @ np.ones((5, 5)) if derivative is None else dy * derivative(x)

    said, wrong = [], []
    for seed in range(4):
        x = np.random.default_rng(seed).normal(size=5)
        said.append(verdict(forward, backward, x))
        wrong += [verdict(forward, lambda dy, x, w=w: w * backward(dy, x), x) for w in (3.0, -1.0)]
    assert "GradientError" not in said and "right" not in wrong
    if name != "behind a large number":
        assert said.count("right") >= 2 and set(wrong) == {"GradientError"}


def test_a_gradient_of_zero_for_one_entry_in_float16_is_found():
    def backward(dy, x):
        return dy * np.cos(x) * (np.arange(5) != 2)

    x = np.random.default_rng(0).normal(size=5)
    with pytest.raises(GradientError, match=r"x\[2\]"):
        gradcheck(HALF["inside"][0], backward, {"x": x})


def test_a_backward_in_float16_is_not_asked_for_more_digits_than_it_has():
    x = np.random.default_rng(0).normal(size=5)
    gradcheck(lambda x: np.tanh(x), lambda dy, x: (dy / np.cosh(x) ** 2).astype("f2"), {"x": x})
    with pytest.raises(GradientError):
        gradcheck(lambda x: np.tanh(x), lambda dy, x: (1.2 * dy / np.cosh(x) ** 2).astype("f2"), {"x": x})


def test_many_entries_in_float16_are_moved_together():
    x = np.random.default_rng(1).normal(size=400)
    forward = HALF["inside"][0]
    assert verdict(forward, lambda dy, x: dy * np.cos(x), x) != "GradientError"
    with pytest.raises(GradientError):
        gradcheck(forward, lambda dy, x: 1.1 * dy * np.cos(x), {"x": x})


@pytest.mark.parametrize("steps", [1, 10])
def test_the_gradient_of_stairs_is_zero_whatever_passes_for_it_in_training(steps):
    x = np.random.default_rng(0).normal(size=5)
    with pytest.raises(GradientError):
        gradcheck(lambda x: np.round(steps * x) / steps, lambda dy, x: dy, {"x": x})


@pytest.mark.parametrize("frequency", [1e4, 1e7, 1e8, 1e9, 1e10])
def test_an_oscillation_faster_than_every_usual_step_gets_a_true_verdict(frequency):
    def forward(x):
        return np.sin(frequency * x)

    def backward(dy, x, factor=1.0):
        return factor * dy * frequency * np.cos(frequency * x)

    for seed in range(2):
        x = np.random.default_rng(seed).normal(size=5)
        gradcheck(forward, backward, {"x": x})
        for wrong in (0.0, -1.0, 1.01):
            with pytest.raises(GradientError):
                gradcheck(forward, lambda dy, x, w=wrong: backward(dy, x, w), {"x": x})


def test_an_oscillation_that_float64_cannot_follow_is_not_called_wrong():
    x = np.random.default_rng(0).normal(size=5)
    with pytest.raises(UndecidedError):
        gradcheck(lambda x: np.sin(1e14 * x), lambda dy, x: 1e14 * dy * np.cos(1e14 * x), {"x": x})


TINY = {
    "normalised": (
        lambda x: x / np.linalg.norm(x),
        lambda dy, x: (dy - x * np.sum(dy * x) / np.sum(x * x)) / np.linalg.norm(x),
        lambda dy, x: dy / np.linalg.norm(x),
    ),
    "squared": (lambda x: x * x, lambda dy, x: 2 * dy * x, lambda dy, x: 2.002 * dy * x),
    "a logarithm": (np.log, lambda dy, x: dy / x, lambda dy, x: dy / (x + 1e-28)),
    "squashed": (
        lambda x: np.tanh(1e30 * x),
        lambda dy, x: 1e30 * dy / np.cosh(1e30 * x) ** 2,
        lambda dy, x: dy / np.cosh(1e30 * x) ** 2,
    ),
}


@pytest.mark.parametrize("name", TINY)
@pytest.mark.parametrize("beside", [[], [1e-3, 2e-30]])
def test_steps_are_as_short_as_tiny_inputs_ask_for(name, beside):
    forward, right, wrong = TINY[name]
    if beside and name in ("squashed", "normalised"):
        beside = [2e-30, 1e-30]
    x = np.array([1.3e-30, 0.4e-30, 2.1e-30, *beside])
    gradcheck(forward, right, {"x": x})
    with pytest.raises(GradientError):
        gradcheck(forward, wrong, {"x": x})
