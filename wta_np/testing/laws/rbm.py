"""The laws of units that are 0 or 1: sigmoid, softplus, sampling, energy and free energy."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
from hypothesis import strategies as st

from wta_np.testing.gradient_check import gradcheck
from wta_np.testing.laws.registry import equal, law, require
from wta_np.testing.strategies import matrices

TAILS = np.array([-1e30, -1000.0, -710.0, -100.0, -20.0, 0.0, 20.0, 100.0, 710.0, 1000.0, 1e30])


@st.composite
def machines(draw: Any, largest: int = 4) -> Any:
    """(W, b_v, b_h) of a machine small enough to sum over all its states."""
    d, m, seed = draw(st.tuples(st.integers(1, largest), st.integers(1, largest), st.integers(0, 1000)))
    rng = np.random.default_rng(seed)  # single weights would take long to shrink
    return rng.normal(size=(d, m)), rng.normal(size=d), rng.normal(size=m)


def states(n: Any) -> Any:
    """All states of n units, (2^n, n)."""
    return np.array(list(itertools.product([0.0, 1.0], repeat=n)))


# ----------------------------------------------------------------------------- sigmoid and softplus


@law("bernoulli", matrices())
def sigmoid_has_these_log_odds(ops, a):
    """s / (1 - s) = exp(a), and s(-a) = 1 - s(a)."""
    s = ops.sigmoid(a)
    equal(s, np.exp(a) * (1 - s), "s should be exp(a) (1 - s)")
    equal(ops.sigmoid(-a), 1 - s, "s(-a) should be 1 - s(a)")


@law("bernoulli")
def sigmoid_and_softplus_do_not_overflow(ops):
    """Far from zero there is no warning, no infinity, no NaN; small values are not rounded to zero."""
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        try:
            s, y = ops.sigmoid(TAILS), ops.softplus(TAILS)
        except FloatingPointError as error:
            raise AssertionError(f"sigmoid or softplus of one of {TAILS}: {error}") from error
    np.testing.assert_allclose(s[3:5], np.exp(TAILS[3:5]), rtol=1e-8, err_msg="sigmoid(-100), sigmoid(-20)")
    np.testing.assert_allclose(y[3:5], np.exp(TAILS[3:5]), rtol=1e-8, err_msg="softplus(-100), softplus(-20)")
    equal(s[[0, 1, -2, -1]], [0, 0, 1, 1], "sigmoid(-1e30), sigmoid(-1000), sigmoid(1000), sigmoid(1e30)")
    np.testing.assert_allclose(y[-3:], TAILS[-3:], rtol=1e-12, err_msg="softplus(a) of a large a should be a")


@law("bernoulli", matrices())
def softplus_is_the_integral_of_sigmoid(ops, a):
    """softplus' = sigmoid, and softplus(0) = log 2."""
    gradcheck(ops.softplus, lambda dy, a: dy * ops.sigmoid(a), {"a": a}, allow_zero=True)
    equal(ops.softplus(np.zeros(1)), np.log(2), "softplus(0) should be log 2")


# ------------------------------------------------------------------------------------- sampling


@law(
    "bernoulli",
    matrices(values=st.sampled_from([0.0, 0.5, 1.0])),
    st.integers(0, 100),
    st.sampled_from(["f4", "f8"]),
)
def samples_are_zero_or_one_and_certain_where_p_is(ops, p, seed, dtype):
    """Every sample is 0 or 1; p = 0 gives 0 and p = 1 gives 1; shape and dtype are those of p."""
    p = p.astype(dtype)
    s = ops.sample_bernoulli(p, np.random.default_rng(seed))
    require(s.dtype == p.dtype and s.shape == p.shape, f"samples are {s.dtype} {s.shape}")
    require(np.all((s == 0) | (s == 1)), f"samples {s} of {p}")
    equal(s[p != 0.5], p[p != 0.5], "p = 0 and p = 1 leave no choice")


@law("bernoulli")
def samples_have_the_probability_p(ops):
    """The share of ones among many samples is p, within 5 standard errors."""
    p = np.tile(np.linspace(0.05, 0.95, 10), (10000, 1))
    share = ops.sample_bernoulli(p, np.random.default_rng(0)).mean(axis=0)
    scores = np.abs(share - p[0]) / np.sqrt(p[0] * (1 - p[0]) / len(p))
    require(scores.max() < 5, f"the shares of ones are {share}, expected {p[0]}")


@law("bernoulli")
def samples_do_not_depend_on_each_other(ops):
    """No two units, and no two samples of one unit, go together; another draw gives other samples."""
    rng = np.random.default_rng(0)
    p = np.full((10000, 4), 0.4)
    s, again = (ops.sample_bernoulli(p, rng) for _ in range(2))
    columns = np.concatenate([s[1:], s[:-1], again[1:]], axis=1)  # (9999, 12)
    together = np.abs(np.corrcoef(columns, rowvar=False) - np.eye(12)).max()
    require(together < 5 / np.sqrt(len(columns)), f"two samples have the correlation {together}")


# ---------------------------------------------------------------------------- energy and free energy


@law("bernoulli", machines(largest=3))
def energy_is_linear_in_each_weight(ops, machine):
    """Switching on one weight lowers E by the product of its units; a bias, by its unit."""
    W, b_v, b_h = machine
    v, h = (np.array(t) for t in zip(*itertools.product(states(len(b_v)), states(len(b_h)))))
    equal(ops.energy(v, h, 0 * W, b_v, 0 * b_h), -v @ b_v, "without W and b_h, E is -b_v v")
    equal(ops.energy(v, h, 0 * W, 0 * b_v, b_h), -h @ b_h, "without W and b_v, E is -b_h h")
    by_weights = [-(row @ W @ other) for row, other in zip(v, h)]
    equal(ops.energy(v, h, W, 0 * b_v, 0 * b_h), by_weights, "without biases, E is -v W h")
    parts = ops.energy(v, h, 0 * W, b_v, b_h) + by_weights
    equal(ops.energy(v, h, W, b_v, b_h), parts, "E is the sum of its parts")


@law("bernoulli", machines(largest=3))
def free_energy_sums_over_the_hidden_states(ops, machine):
    """exp(-F(v)) is the sum of exp(-E(v, h)) over all h."""
    W, b_v, b_h = machine
    visible, hidden = states(len(b_v)), states(len(b_h))
    v, h = (np.array(t) for t in zip(*itertools.product(visible, hidden)))
    E = ops.energy(v, h, W, b_v, b_h).reshape(len(visible), len(hidden))
    F = ops.free_energy_forward(visible, W, b_v, b_h)
    equal(
        F,
        -np.logaddexp.reduce(-E, axis=1),
        "F should be -log of the sum of exp(-E) over h, for each row of v",
    )


@law("bernoulli")
def free_energy_does_not_overflow(ops):
    """Where v W + b_h is far from zero, F is still finite: -b_v v minus the sum of its positive parts."""
    v, b_v, far = np.array([[1.0], [0.0], [0.5]]), np.zeros(1), np.array([[-1000.0, 1000.0, 2000.0]])
    with np.errstate(all="ignore"):
        F = ops.free_energy_forward(v, far, b_v, np.zeros(3))
    expected = [-3000.0, -3 * np.log(2), -1500.0]
    equal(F, expected, "F of hidden units with pre-activations -1000, 1000 and 2000, times 1, 0 and 0.5")


@law("bernoulli", machines(largest=3))
def free_energy_gradients_agree_with_differences(ops, machine):
    """dW, db_v and db_h agree with central differences."""
    W, b_v, b_h = machine
    inputs = {"v": np.random.default_rng(0).random((2, len(b_v))), "W": W, "b_v": b_v, "b_h": b_h}

    def backward(dF, v, W, b_h):
        return ops.free_energy_backward(dF, v, W, b_h)

    gradcheck(ops.free_energy_forward, backward, inputs, wrt=["W", "b_v", "b_h"], allow_zero=True)
