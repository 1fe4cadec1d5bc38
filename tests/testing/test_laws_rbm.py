"""Our ops obey every law of the RBM on every backend, and each law catches implementations that break it."""

import warnings
from types import SimpleNamespace

import numpy as np
import pytest

from wta_np import ops
from wta_np.testing import laws

ALL = laws.LAWS["bernoulli"]


def named(entry):
    return entry.__name__


@pytest.mark.parametrize("law", ALL, ids=named)
def test_our_ops_obey(law, backend):
    law(ops, backend)


def but(**functions):
    """Our ops with some functions replaced by broken ones."""
    return SimpleNamespace(**{**vars(ops), **functions})


def naive_sigmoid(a):
    return 1 / (1 + np.exp(-a))


def quiet_softplus(a):
    with np.errstate(all="ignore"):
        return np.log(1 + np.exp(a))


def sampled(uniform):
    """Ops whose samples are 1 where these numbers are below p."""
    return but(sample_bernoulli=lambda p, rng: (uniform(p, rng) < p).astype(p.dtype))


def numbers_shared_by_the_units(p, rng):
    return rng.random((len(p), 1))


def numbers_shared_by_the_samples(p, rng):
    return np.repeat(rng.random((len(p) // 2 + 1, p[0].size)), 2, axis=0)[: len(p)]


def free_energy(hidden):
    """Ops with another sum over the hidden units."""
    return but(free_energy_forward=lambda v, W, b_v, b_h: -hidden(v @ W + b_h).sum(axis=1) - v @ b_v)


def backward(change):
    """Ops whose three gradients are changed."""
    return but(free_energy_backward=lambda dF, v, W, b_h: change(*ops.free_energy_backward(dF, v, W, b_h)))


MUTANTS = {
    laws.sigmoid_has_these_log_odds: {
        "tanh": but(sigmoid=np.tanh),
        "half as steep": but(sigmoid=lambda a: ops.sigmoid(a / 2)),
        "a line": but(sigmoid=lambda a: np.clip(0.5 + a / 4, 0, 1)),
    },
    laws.sigmoid_and_softplus_do_not_overflow: {
        "naive sigmoid": but(sigmoid=naive_sigmoid),
        "by tanh, which rounds the tail away": but(sigmoid=lambda a: 0.5 + 0.5 * np.tanh(a / 2)),
        "clipped": but(sigmoid=lambda a: ops.sigmoid(np.clip(a, -15, 15))),
        "naive softplus": but(softplus=lambda a: np.log(1 + np.exp(a))),
        "naive softplus, warnings off": but(softplus=quiet_softplus),
        "relu": but(softplus=lambda a: np.maximum(a, 0)),
    },
    laws.softplus_is_the_integral_of_sigmoid: {
        "base 2": but(softplus=lambda a: ops.softplus(a) / np.log(2)),
        "softplus(-a)": but(softplus=lambda a: ops.softplus(-a)),
        "another constant": but(softplus=lambda a: ops.softplus(a) + 1),
    },
    laws.samples_are_zero_or_one_and_certain_where_p_is: {
        "probabilities": but(sample_bernoulli=lambda p, rng: p),
        "noise of a normal": but(sample_bernoulli=lambda p, rng: (p + rng.normal(size=p.shape) > 0.5) * 1.0),
        "float64 always": but(sample_bernoulli=lambda p, rng: (rng.random(p.shape) < p) * 1.0),
    },
    laws.samples_have_the_probability_p: {
        "rounded": sampled(lambda p, rng: 0.5),
        "complement": but(sample_bernoulli=lambda p, rng: 1 - ops.sample_bernoulli(p, rng)),
        "squared": sampled(lambda p, rng: rng.random(p.shape) ** 0.9),
    },
    laws.samples_do_not_depend_on_each_other: {
        "one number for all units": sampled(numbers_shared_by_the_units),
        "one number for two samples": sampled(numbers_shared_by_the_samples),
        "a seed of its own": sampled(lambda p, rng: np.random.default_rng(0).random(p.shape)),
    },
    laws.energy_is_linear_in_each_weight: {
        "sign": but(energy=lambda *a: -ops.energy(*a)),
        "no visible bias": but(energy=lambda v, h, W, b_v, b_h: ops.energy(v, h, W, 0 * b_v, b_h)),
        "no hidden bias": but(energy=lambda v, h, W, b_v, b_h: ops.energy(v, h, W, b_v, 0 * b_h)),
        "half the product": but(energy=lambda v, h, W, b_v, b_h: ops.energy(v, h, W / 2, b_v, b_h)),
    },
    laws.free_energy_sums_over_the_hidden_states: {
        "the largest instead of the sum": free_energy(lambda a: np.maximum(a, 0)),
        "mean field": free_energy(lambda a: a * ops.sigmoid(a)),
        "no visible bias": but(
            free_energy_forward=lambda v, W, b_v, b_h: ops.free_energy_forward(v, W, 0 * b_v, b_h)
        ),
        "the first row's for all": but(
            free_energy_forward=lambda v, W, b_v, b_h: ops.free_energy_forward(v[:1] + 0 * v, W, b_v, b_h)
        ),
    },
    laws.free_energy_does_not_overflow: {
        "log(1 + exp(a))": free_energy(lambda a: np.log(1 + np.exp(a))),
        "clipped": free_energy(lambda a: np.log(1 + np.exp(np.clip(a, -500, 500)))),
    },
    laws.free_energy_gradients_agree_with_differences: {
        "sign": backward(lambda dW, db_v, db_h: (-dW, -db_v, -db_h)),
        "averaged": backward(lambda dW, db_v, db_h: (dW / 3, db_v, db_h)),
        "db_h twice": backward(lambda dW, db_v, db_h: (dW, db_v, 2 * db_h)),
        "no hidden bias": but(
            free_energy_backward=lambda dF, v, W, b_h: ops.free_energy_backward(dF, v, W, 0 * b_h)
        ),
    },
}
CASES = [
    pytest.param(law, m, id=f"{named(law)}: {why}") for law, ms in MUTANTS.items() for why, m in ms.items()
]


@pytest.mark.parametrize(("law", "mutant"), CASES)
def test_each_law_catches(law, mutant):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a mutant may warn; it is the law that has to object
        with pytest.raises(AssertionError):
            law(mutant)


def test_every_law_has_a_mutant():
    assert set(MUTANTS) == set(ALL)
