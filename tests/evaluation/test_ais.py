"""Annealed importance sampling against sums over all states."""

import math

import numpy as np
import oracles_rbm
import pytest

from wta_np import ops
from wta_np.evaluation import ais, ais_log_z, log_likelihood
from wta_np.models import RBM


def machine(seed=0, sizes=(6, 5), scale=1.0, dtype="float64"):
    model = RBM(*sizes, dtype=dtype)
    rng = np.random.default_rng(seed)
    model.params = {n: (scale * rng.normal(size=v.shape)).astype(dtype) for n, v in model.params.items()}
    return model


def log_z(model):
    return oracles_rbm.joint(**model.params)[1]


def binary(n=30, d=6):
    return (np.random.default_rng(5).random((n, d)) < 0.5).astype(float)


BETAS = [0, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1]


@pytest.mark.parametrize("data", [None, binary() * [1, 1, 0, 0, 1, 1]])
@pytest.mark.parametrize("temperatures", [30, BETAS])
def test_estimates_agree_with_enumeration_within_their_standard_errors(temperatures, data, backend, place):
    data = data if data is None else place(data)
    scores = []
    for seed in range(4):
        model = machine(seed)
        exact = log_z(model)
        estimate = ais_log_z(model.to(backend), 1000, temperatures, rng=seed, data=data)
        assert type(estimate.value) is float and 0 < estimate.error < 0.1
        scores.append((estimate.value - exact) / estimate.error)
    assert np.abs(scores).max() < 4.5


def test_the_standard_error_is_as_large_as_the_scatter_of_estimates():
    model = machine(1)
    runs = [ais_log_z(model, 200, 10, rng=seed) for seed in range(40)]
    scatter = np.std([run.value for run in runs], ddof=1)
    assert np.mean([run.error for run in runs]) == pytest.approx(scatter, rel=0.5)
    assert np.mean([run.value for run in runs]) == pytest.approx(log_z(model), abs=4.5 * scatter / 40**0.5)


def test_more_temperatures_make_a_smaller_error():
    errors = [ais_log_z(machine(1), 500, n).error for n in (3, 30, 300)]
    assert errors[0] > 1.5 * errors[1] > 1.5 * 1.5 * errors[2]


@pytest.mark.parametrize("wrong", ["hidden layer drawn once", "softplus is relu", "sigmoid of the half"])
def test_the_bounds_catch_a_wrong_estimate(wrong, monkeypatch):
    if wrong == "softplus is relu":
        monkeypatch.setattr(ais, "softplus", lambda a: np.maximum(a, 0))
    elif wrong == "sigmoid of the half":
        monkeypatch.setattr(ais, "sigmoid", lambda a: ops.sigmoid(a / 2))
    else:
        monkeypatch.setattr(ais, "sample_bernoulli", lambda p, rng: np.round(p))
    model = machine(0)
    estimate = ais_log_z(model, 1000, 30)
    assert abs(estimate.value - log_z(model)) > 9 * estimate.error


def test_a_machine_without_weights_is_exact():
    model = machine(2)
    model.params["W"][:] = 0
    estimate = ais_log_z(model, 50, 200)
    assert estimate.value == pytest.approx(log_z(model), abs=0.05)
    model.params["b_h"][:] = 0
    like_its_data = np.tile(ops.sigmoid(model.params["b_v"]), (3, 1))
    estimate = ais_log_z(model, 5, 1, data=like_its_data)
    assert estimate.value == pytest.approx(log_z(model), rel=1e-12)
    assert estimate.error < 1e-12


def test_a_start_near_the_data_takes_fewer_temperatures():
    model = machine(2)
    model.params["W"] *= 0.1
    near = np.tile(ops.sigmoid(model.params["b_v"]), (3, 1))
    assert 3 * ais_log_z(model, 500, 3, data=near).error < ais_log_z(model, 500, 3).error


def test_float32_agrees_with_float64():
    one, two = (ais_log_z(machine(3, dtype=dtype), 300, 50) for dtype in ("float32", "float64"))
    assert one.value == pytest.approx(two.value, abs=1e-3)


def test_same_seed_same_estimate():
    model = machine()
    first, second, other = (ais_log_z(model, 20, 10, rng=seed) for seed in (3, np.random.default_rng(3), 4))
    assert first == second != other


def test_log_likelihood_equals_the_sum_over_all_states(place, backend):
    model = machine()
    x = binary()
    exact = oracles_rbm.log_likelihood(x, **model.params)
    z = log_z(model)
    model.to(backend)
    for batch_size in (7, 1000):
        assert log_likelihood(model, place(x), z, batch_size) == pytest.approx(exact, rel=1e-12)


def test_probabilities_of_all_states_sum_to_one():
    model = machine()
    z = log_z(model)
    total = sum(math.exp(log_likelihood(model, v[None], z)) for v in oracles_rbm.states(6))
    assert total == pytest.approx(1, rel=1e-12)


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: ais_log_z(machine(), 1), ValueError, "n_chains is 1, expected at least 2"),
        (lambda: ais_log_z(machine(), 10, 0), ValueError, "n_temperatures is 0, expected at least 1"),
        (lambda: ais_log_z(machine(), 10, 2.5), TypeError, "n_temperatures is 2.5"),
        (lambda: ais_log_z(machine(), 10, [0, 0.5]), ValueError, "values that do not rise from 0 to 1"),
        (lambda: ais_log_z(machine(), 10, [0, 0.5, 0.5, 1]), ValueError, "values that do not rise"),
        (lambda: ais_log_z(machine(), 10, []), ValueError, "values that do not rise"),
        (
            lambda: ais_log_z(machine(), 10, data=np.zeros((3, 7))),
            ValueError,
            r"data has shape \(3, 7\), expected \(N, D\) with D=6",
        ),
        (
            lambda: log_likelihood(machine(), binary() / 2, 0.0),
            ValueError,
            "x holds other values than 0 and 1",
        ),
        (lambda: log_likelihood(machine(), np.zeros((0, 6)), 0.0), ValueError, "x holds no samples"),
        (lambda: log_likelihood(machine(), np.zeros((2, 7)), 0.0), ValueError, r"x has shape \(2, 7\)"),
        (lambda: log_likelihood(machine(), np.full((2, 6), np.nan), 0.0), ValueError, "x holds 12 values"),
    ],
)
def test_wrong_input_gets_a_sentence(call, error, words):
    with pytest.raises(error, match=words):
        call()
