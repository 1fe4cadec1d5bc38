"""Awkward cases of the exercises on FC-WTA, on the Boltzmann machine and on the SVM: 5, 7, 8 and 14."""

from __future__ import annotations

from typing import Any

import numpy as np

from wta_np import ops
from wta_np.backend import Array
from wta_np.grading.laws.cases import definition_law
from wta_np.grading.laws.cd1 import chain, statistics
from wta_np.grading.laws.fcwta import fcwta_grads, fcwta_loss

# -------------------------------------------------------------------------------------- exercise 5


def fcwta_cases() -> list:
    """x, four parameters, k: small whole numbers, in which many activations tie; dead units; k = N."""
    rng = np.random.default_rng(31)
    cases = []
    for what, (n, d, m), k in (
        ("activations that tie on samples that differ", (4, 2, 1), 2),
        ("activations that tie in several units", (6, 3, 3), 2),
        ("one sample", (1, 3, 2), 1),
        ("one unit and one pixel", (4, 1, 1), 2),
        ("all winners, k = N", (5, 3, 2), 5),
        ("more units than samples", (3, 2, 7), 1),
        ("100 samples", (100, 4, 3), 5),
    ):
        x, W_enc = rng.integers(0, 4, (n, d)), rng.integers(-1, 3, (d, m)) * (np.arange(d) > 0)[:, None]
        if d == 1:
            W_enc = rng.integers(1, 3, (d, m))
        b_enc, W_dec, b_dec = rng.integers(0, 2, m), rng.integers(-2, 3, (m, d)), rng.integers(-2, 3, d)
        cases.append((what, [*(a.astype(float) for a in (x, W_enc, b_enc, W_dec, b_dec)), k]))
    x, W_enc, b_enc, W_dec, b_dec, k = cases[1][1]
    return [
        *cases,
        ("units that are never active", [x, W_enc, b_enc - 100, W_dec, b_dec, k]),
        ("large numbers", [100 * x, 10 * W_enc, b_enc, 10 * W_dec, 100 * b_dec, k]),
        ("small numbers", [1e-3 * x, 1e-3 * W_enc, 1e-6 * b_enc, 1e-3 * W_dec, 1e-3 * b_dec, k]),
    ]


def fcwta(*inputs: Any) -> Any:
    """The definition: loss and gradients."""
    return fcwta_loss(*inputs), *fcwta_grads(*inputs).values()


def step_cases() -> list:
    """The same, with learning rates."""
    rates = (0.5, 1.0, 0.01, 3.0)
    return [(what, [*inputs, rates[i % 4]]) for i, (what, inputs) in enumerate(fcwta_cases())]


def fcwta_step(x: Array, W_enc: Array, b_enc: Array, W_dec: Array, b_dec: Array, k: Any, lr: Any) -> Any:
    """The definition of a step."""
    grads = fcwta_grads(x, W_enc, b_enc, W_dec, b_dec, k)
    return tuple(w - lr * grads[name] for name, w in zip(grads, (W_enc, b_enc, W_dec, b_dec)))


# -------------------------------------------------------------------------------------- exercise 7

SIZES = (  # words, (N, D, M), factor of the weights
    ("two states in one call", (2, 2, 2), 1),
    ("seven states in one call", (7, 5, 3), 1),
    ("one visible unit", (3, 1, 4), 1),
    ("one hidden unit", (3, 4, 1), 1),
    ("200 hidden units", (4, 3, 200), 1),
    ("30 hidden units", (4, 3, 30), 1),
    ("weights of a thousand", (4, 3, 5), 1000),
    ("weights of a millionth", (4, 3, 5), 1e-6),
)


def energy_cases() -> list:
    """v, W, b_v, b_h: many states at once, values between 0 and 1, many hidden units, weights far from zero."""
    rng = np.random.default_rng(32)
    cases = []
    for i, (what, (n, d, m), scale) in enumerate(SIZES):
        v = rng.random((n, d)) if i % 2 else (rng.random((n, d)) < 0.5).astype(float)
        what = f"{what}{', values between 0 and 1' if i % 2 else ''}"
        cases.append((what, [v, scale * rng.normal(size=(d, m)), rng.normal(size=d), rng.normal(size=m)]))
    v, W, b_v, b_h = cases[1][1]
    return [
        *cases,
        ("visible units all off", [0 * v, W, b_v, b_h]),
        ("visible biases of 50", [v, W, b_v + 50, b_h]),
    ]


def energy_gradient_cases() -> list:
    """dF, v, W, b_h: the same, with gradients of any sign and size."""
    rng = np.random.default_rng(33)
    cases = [(what, [rng.normal(size=len(v)), v, W, b_h]) for what, (v, W, _, b_h) in energy_cases()]
    dF, *rest = cases[1][1]
    return [*cases, ("dF = 1", [0 * dF + 1, *rest]), ("dF of a million", [1e6 * dF, *rest])]


# -------------------------------------------------------------------------------------- exercise 8


def chain_cases() -> list:
    """v, W, b_v, b_h, u_h, u_v: probabilities of exactly 1/2, and so far from zero that they are 0 or 1."""
    rng = np.random.default_rng(34)
    cases = []
    for what, (n, d, m), scale in (
        ("one sample", (1, 3, 2), 1),
        ("one visible and one hidden unit", (3, 1, 1), 1),
        ("60 samples, more hidden than visible units", (60, 3, 8), 1),
        ("more visible than hidden units", (5, 9, 2), 2),
        ("weights of a thousand", (6, 4, 3), 1000),
        ("weights of a thousandth", (6, 4, 3), 1e-3),
    ):
        v = (rng.random((n, d)) < 0.5).astype(float)
        machine = [scale * rng.normal(size=(d, m)), rng.normal(size=d), rng.normal(size=m)]
        cases.append((what, [v, *machine, rng.random((n, m)), rng.random((n, d))]))
    v, W, b_v, b_h, u_h, u_v = cases[3][1]
    return [
        *cases,
        ("u_v = 0.5 where the probability is 0.5, too", [v, 0 * W, 0 * b_v, b_h, u_h, 0 * u_v + 0.5]),
        ("u_h = 0.5 where the probability is 0.5, too", [0 * v, W, b_v, 0 * b_h, 0 * u_h + 0.5, u_v]),
        ("the same machine, other random numbers", [v, W, b_v, b_h, u_h[::-1].copy(), u_v[::-1].copy()]),
    ]


def cd1(v: Array, W: Array, b_v: Array, b_h: Array, u_h: Any, u_v: Any) -> Any:
    """The definition."""
    p, _, seen, q = chain(v, W, b_v, b_h, u_h, u_v)
    return statistics(v, p, seen, q)


# ------------------------------------------------------------------------------------- exercise 14


def hinge_cases() -> Any:
    """s, t, C: scores on the margin and far from it, one class, one sample, any C."""
    rng = np.random.default_rng(35)
    cases = []
    for what, scores in (
        ("scores on the margin", [-1.0, -1e-9, 0.0, 1e-9, 1.0]),
        ("scores next to the margin", [1 - 1e-6, 1 - 1e-9, 1.0, 1 + 1e-9, 1 + 1e-6]),
        ("scores far from the margin", [-1e3, -5.0, -2.0, 2.0, 1e3]),
    ):
        cases.append(
            (what, [np.array([scores, np.negative(scores)]), np.array([[1.0] * 5, [-1.0] * 5]), 1.0])
        )
    cases += [(f"{what}, t turned", [s, -t, C]) for what, (s, t, C) in cases]
    for what, shape, C in (
        ("one sample", (1, 3), 0.3),
        ("one class", (4, 1), 0.3),
        ("C = 10", (3, 2), 10.0),
        ("C = 0.001", (3, 2), 0.001),
        ("200 samples and 10 classes", (200, 10), 1.0),
    ):
        t = np.where(rng.random(shape) < 0.5, 1.0, -1.0)
        cases.append((what, [2 * rng.normal(size=shape), t, C]))
    return cases


def hinge(s: Any, t: Any, C: Any) -> Any:
    """The definition."""
    return C * np.sum(np.maximum(0, 1 - t * s) ** 2)


def hinge_gradient(s: Any, t: Any, C: Any) -> Any:
    """Its gradient."""
    return -2 * C * t * np.maximum(0, 1 - t * s)


def svm_cases() -> Any:
    """x, W, t, C: one of everything, small and large weights, any C."""
    rng = np.random.default_rng(36)
    cases = []
    for what, (n, d, k), scale, C in (
        ("one sample", (1, 3, 2), 1, 0.3),
        ("one class", (4, 3, 1), 1, 0.3),
        ("one feature", (4, 1, 3), 1, 0.3),
        ("C = 10", (5, 3, 2), 1, 10.0),
        ("C = 0.001", (5, 3, 2), 1, 0.001),
        ("weights of zero", (5, 3, 2), 0, 1.0),
        ("weights of a thousand", (5, 3, 2), 1e3, 1.0),
        ("200 samples and 10 classes", (200, 6, 10), 0.3, 1.0),
    ):
        t = np.where(rng.random((n, k)) < 0.5, 1.0, -1.0)
        cases.append((what, [rng.normal(size=(n, d)), scale * rng.normal(size=(d, k)), t, C]))
    return cases


def svm_gradient(x: Array, W: Array, t: Any, C: Any) -> Any:
    """The definition."""
    return W + x.T @ hinge_gradient(x @ W, t, C)


MACHINE = "many states in one call, many hidden units, large weights"
PARTS = "loss dW_enc db_enc dW_dec db_dec"
FCWTA = definition_law("fcwta_loss_and_grads", PARTS, fcwta, fcwta_cases, "ties, dead units, k = N")
STEP = definition_law("fcwta_step", "W_enc b_enc W_dec b_dec", fcwta_step, step_cases, "any learning rate")
ENERGY = definition_law("free_energy_forward", "F", ops.free_energy_forward, energy_cases, MACHINE)
ENERGY_BACK = definition_law(
    "free_energy_backward", "dW db_v db_h", ops.free_energy_backward, energy_gradient_cases, MACHINE
)
CD1 = definition_law(
    "cd1_statistics", "dW db_v db_h", cd1, chain_cases, "probabilities of 1/2, of 0 and of 1"
)
HINGE = definition_law("squared_hinge_forward", "f", hinge, hinge_cases, "on the margin, any C")
HINGE_BACK = definition_law(
    "squared_hinge_backward", "ds", hinge_gradient, hinge_cases, "on the margin, any C"
)
SVM = definition_law("svm_backward", "dW", svm_gradient, svm_cases, "one class, one sample, any C")
