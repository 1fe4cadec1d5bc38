"""Awkward cases of the exercises on dense layers: 1 to 6."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np

from wta_np import ops
from wta_np.backend import Array
from wta_np.grading.laws.cases import definition_law

# --------------------------------------------------------------------------- exercises 1, 2 and 4


def linear_cases() -> list:
    """dy, x, W: one sample, one input, one unit; square and long; large and small numbers."""
    rng = np.random.default_rng(11)
    cases = []
    for what, (n, d, m), scale in (
        ("one sample", (1, 2, 3), 1),
        ("one input", (3, 1, 2), 1),
        ("one unit", (3, 2, 1), 1),
        ("N = D = M", (3, 3, 3), 1),
        ("300 samples", (300, 4, 2), 1),
        ("numbers of a million", (4, 3, 2), 1e6),
        ("numbers of a billionth", (4, 3, 2), 1e-9),
    ):
        cases.append((what, [scale * rng.normal(size=shape) for shape in ((n, m), (n, d), (d, m))]))
    dy, x, W = cases[0][1]
    return [*cases, ("dy = 0", [0 * dy, x, W]), ("x = 0", [dy, 0 * x, W]), ("W = 0", [dy, x, 0 * W])]


def relu_cases() -> Any:
    """dh, a: one, three and four axes; values next to zero, and far from it."""
    rng = np.random.default_rng(12)
    edge = np.array([-1e6, -7.0, -1.0, -1e-6, -1e-12, -1e-300, 0.0, 1e-300, 1e-12, 1e-6, 1.0, 5.9, 6.1, 1e6])
    cases = [
        ("values next to zero and far from it", [np.ones(len(edge)), edge]),
        ("a negative gradient", [np.full(len(edge), -3.0), edge]),
        ("a large gradient", [np.linspace(-1e6, 1e6, len(edge)), edge]),
    ]
    for what, shape in (
        ("one axis", (5,)),
        ("one entry", (1, 1)),
        ("three axes", (2, 3, 4)),
        ("images, four axes", (2, 3, 2, 2)),
    ):
        cases.append((what, [rng.normal(size=shape), rng.normal(size=shape)]))
    return cases


def masked_gradient_cases() -> list:
    """dz, mask: masks with any number of winners, for one to four axes of units."""
    rng = np.random.default_rng(13)
    cases = []
    for what, shape, share in (
        ("one sample", (1, 3), 0.5),
        ("another number of winners in each unit", (6, 4), 0.5),
        ("three axes", (4, 3, 2), 0.3),
        ("four axes", (3, 2, 2, 2), 0.3),
        ("winners everywhere", (3, 2), 1.1),
        ("no winners", (3, 2), -0.1),
    ):
        cases.append((what, [rng.normal(size=shape), rng.random(shape) < share]))
    dz, mask = cases[1][1]
    return [*cases, ("a gradient of a million", [1e6 * dz, mask]), ("a gradient of 1e-9", [1e-9 * dz, mask])]


# -------------------------------------------------------------------------------------- exercise 3

RATES = [
    ("0.125", 1000),
    ("0.005", 1000),
    ("0.125", 16),
    ("0.333", 1003),
    ("0.001", 10),
    ("1.0", 7),
    ("0.29", 60000),
]


def rate_cases() -> list:
    """rate, n: each percentage where it just misses the next number, and where it hits one; parts of a percent."""
    pairs = list(RATES)
    for percent in range(1, 100):
        near = [n for n in range(1, 400) if percent * n % 100 >= 97][:1]
        hits = [n for n in range(100, 1001, 100) if int(percent / 100 * n) * 100 != percent * n][:2] or [100]
        pairs += [(f"{percent / 100:.2f}", n) for n in (*near, *hits)]
    return [(f"{rate} of {n} samples", [float(rate), n]) for rate, n in pairs]


def winners_of_rate(rate: Any, n: Any) -> Any:
    """The definition, in fractions."""
    return max(1, int(Fraction(str(rate)) * n))


def mask_cases() -> Any:
    """h, k: more axes, all k up to N, values that are negative, very large, nearly equal."""
    rng = np.random.default_rng(14)
    steps = rng.permutation(12).reshape(6, 2).astype(float)
    ties = rng.integers(0, 3, (6, 2)).astype(float)
    cases = [
        ("values of -100 and below", [-100 - steps, 2]),
        ("all winners, k = N", [steps, 6]),
        ("one sample", [steps[:1], 1]),
        ("values that differ by a billionth", [1 + 1e-9 * steps, 2]),
        ("values of 1e-12", [1e-12 * steps, 3]),
        ("values around -1e15", [-1e15 - steps, 2]),
        ("values of a million and their negatives", [1e6 * (steps - 5), 3]),
        ("ties among negative values", [ties - 5, 4]),
        ("values that tie and others a billionth beside them", [ties + 1e-9 * (steps % 2), 3]),
    ]
    for units in ((2, 3), (2, 2, 2), (2, 1, 2, 2)):
        what = f"{len(units)} axes of units, shape ({', '.join(map(str, (5, *units)))})"
        cases.append((what, [rng.integers(0, 4, (5, *units)).astype(float), 2]))
    cases.append(("400 samples", [np.maximum(rng.integers(-20, 9, (400, 3)), 0).astype(float), 150]))
    return cases


# --------------------------------------------------------------------------------- exercises 5 and 6


def momentum_cases() -> Any:
    """w, v, dw, lr, mu: none of them zero, gradients large and small, any number of axes."""
    rng = np.random.default_rng(15)
    cases = []
    for what, shape, scale, lr, mu in (
        ("neither velocity nor gradient zero", (2,), 1, 0.5, 0.5),
        ("mu = 0", (2, 3), 1, 0.1, 0.0),
        ("mu = 0.99", (2, 3), 1, 0.01, 0.99),
        ("three axes", (2, 3, 2), 1, 0.1, 0.9),
        ("four axes", (2, 1, 3, 2), 1, 0.1, 0.9),
        ("a learning rate of 3", (3,), 1, 3.0, 0.9),
        ("gradients of a thousand", (2, 2), 1e3, 0.1, 0.9),
        ("gradients of a million", (2, 2), 1e6, 0.1, 0.9),
        ("gradients of a billionth", (2, 2), 1e-9, 0.1, 0.9),
    ):
        w, v, dw = scale * rng.normal(size=(3, *shape))
        cases.append((what, [w, v, dw, lr, mu]))
    return cases


def momentum(w: Any, v: Array, dw: Any, lr: Any, mu: Any) -> Any:
    """The definition."""
    v = mu * v - lr * dw
    return w + v, v


LINEAR = definition_law(
    "linear_backward", "dx dW db", ops.linear_backward, linear_cases, "one sample, one unit, large numbers"
)
RELU = definition_law(
    "relu_backward", "da", ops.relu_backward, relu_cases, "next to zero, far from it, more axes"
)
RATE = definition_law(
    "winners_per_unit", "k", winners_of_rate, rate_cases, "every percentage, parts of a percent"
)
MASK = definition_law(
    "lifetime_mask", "mask", ops.lifetime_mask, mask_cases, "more axes, close values, k = N"
)
LIFETIME = definition_law(
    "lifetime_backward",
    "dh",
    lambda dz, mask: np.where(mask, dz, 0),
    masked_gradient_cases,
    "any mask, more axes",
)
MOMENTUM = definition_law("momentum_step", "w v", momentum, momentum_cases, "any velocity with any gradient")
