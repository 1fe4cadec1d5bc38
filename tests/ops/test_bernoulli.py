"""Sigmoid, softplus, sampling; energy and free energy against sums over all states."""

import itertools
import math
from fractions import Fraction

import numpy as np
import oracles_rbm
import pytest

from wta_np import ops
from wta_np.backend import backend_name, to_numpy
from wta_np.testing import GradientError, assert_gradients


def machine(n_visible=6, n_hidden=5, seed=0, scale=1.0):
    rng = np.random.default_rng(seed)
    shapes = ((n_visible, n_hidden), (n_visible,), (n_hidden,))
    return tuple(scale * rng.normal(size=shape) for shape in shapes)


@pytest.mark.parametrize("dtype", ["f4", "f8"])
@pytest.mark.parametrize("function", [ops.sigmoid, ops.softplus])
def test_nothing_overflows_and_the_dtype_stays(function, dtype, backend, place):
    y = function(place(np.array([-1e30, -1000, -100, 0, 100, 1000, 1e30], dtype)))
    assert backend_name(y) == backend and y.dtype == dtype
    y = to_numpy(y)
    assert np.all(np.isfinite(y)) and np.all(np.diff(y) >= 0)
    if function is ops.sigmoid:
        assert y[0] == 0 and y[3] == 0.5 and y[-1] == 1
    else:
        assert y[0] == 0 and y[-2] == 1000 and y[-1] == np.array(1e30, dtype)


@pytest.mark.parametrize(("dtype", "lowest", "rtol"), [("f4", -86, 3e-7), ("f8", -700, 5e-16)])
def test_tails_are_exact_relative_to_their_size(dtype, lowest, rtol):
    a = np.linspace(lowest, -30, 50).astype(dtype)
    exact = np.array([math.exp(v) for v in a.tolist()])  # there 1 + exp(a) is 1 to 1e-13
    bound = rtol + np.exp(a.astype("f8"))
    assert np.all(np.abs(ops.sigmoid(a) / exact - 1) <= bound)
    assert np.all(np.abs(ops.softplus(a) / exact - 1) <= bound)


def test_the_tail_below_the_smallest_normal_number_is_still_there():
    a = np.array([-95.0], "f4")
    assert ops.sigmoid(a)[0] == pytest.approx(math.exp(-95), rel=1e-4)


def test_sigmoid_and_softplus_in_the_middle_equal_the_definition():
    a = np.linspace(-20, 20, 81)
    np.testing.assert_allclose(ops.sigmoid(a), [oracles_rbm.sigmoid(v) for v in a], rtol=1e-15)
    np.testing.assert_allclose(ops.softplus(a), [math.log(1 + math.exp(v)) for v in a], rtol=1e-7, atol=1e-15)


def test_arguments_are_left_alone(place):
    a = place(np.linspace(-2, 2, 5))
    ops.sigmoid(a)
    ops.softplus(a)
    np.testing.assert_array_equal(to_numpy(a), np.linspace(-2, 2, 5))


@pytest.mark.parametrize("dtype", ["f4", "f8"])
def test_samples_are_those_of_the_host_on_every_backend(dtype, backend, place):
    p = np.random.default_rng(0).random((50, 20)).astype(dtype)
    ours = ops.sample_bernoulli(p, np.random.default_rng(3))
    theirs = ops.sample_bernoulli(place(p), np.random.default_rng(3))
    assert backend_name(theirs) == backend and theirs.dtype == dtype
    np.testing.assert_array_equal(to_numpy(theirs), ours)
    assert set(np.unique(ours)) == {0, 1}


def test_samples_of_float32_and_float64_probabilities_are_the_same():
    p = np.random.default_rng(0).random((50, 20)).astype("f4")
    one, two = (ops.sample_bernoulli(p.astype(dtype), np.random.default_rng(3)) for dtype in ("f4", "f8"))
    np.testing.assert_array_equal(one, two)


def test_samples_have_the_probabilities_asked_for_and_are_independent():
    n = 20000
    p = np.tile([0.0, 0.01, 0.3, 0.3, 0.9, 1.0], (n, 1))
    s = ops.sample_bernoulli(p, np.random.default_rng(1))
    bound = 4.5 * np.sqrt(p[0] * (1 - p[0]) / n)
    assert np.all(np.abs(s.mean(axis=0) - p[0]) <= bound)
    for i, j in itertools.combinations(range(1, 5), 2):
        assert abs(np.corrcoef(s[:, i], s[:, j])[0, 1]) <= 4.5 / math.sqrt(n)
    inner = s[1:, 2]
    assert abs(np.corrcoef(inner, s[:-1, 2])[0, 1]) <= 4.5 / math.sqrt(n)


def test_energy_equals_the_loops(place):
    W, b_v, b_h = machine()
    rng = np.random.default_rng(1)
    v, h = rng.random((4, 6)), rng.random((4, 5))
    E = to_numpy(ops.energy(*map(place, (v, h, W, b_v, b_h))))
    np.testing.assert_allclose(E, [oracles_rbm.energy(*row, W, b_v, b_h) for row in zip(v, h)], rtol=1e-12)


@pytest.mark.parametrize("sizes", [(6, 5), (1, 1), (3, 5), (6, 1)])
def test_free_energy_equals_the_sum_over_all_hidden_states(sizes, place):
    W, b_v, b_h = machine(*sizes)
    v = oracles_rbm.states(sizes[0])
    F = to_numpy(ops.free_energy_forward(*map(place, (v, W, b_v, b_h))))
    np.testing.assert_allclose(F, [oracles_rbm.free_energy(row, W, b_v, b_h) for row in v], rtol=1e-12)


def test_energy_and_free_energy_have_one_partition_sum():
    W, b_v, b_h = machine()
    v, h = oracles_rbm.states(6), oracles_rbm.states(5)
    pairs = [np.repeat(v, len(h), axis=0), np.tile(h, (len(v), 1))]
    by_pairs = np.exp(-ops.energy(*pairs, W, b_v, b_h)).sum()
    by_visible = np.exp(-ops.free_energy_forward(v, W, b_v, b_h)).sum()
    by_hidden = np.exp(-ops.free_energy_forward(h, W.T.copy(), b_h, b_v)).sum()  # the layers are alike
    assert by_visible == pytest.approx(by_pairs, rel=1e-12)
    assert by_hidden == pytest.approx(by_pairs, rel=1e-12)
    assert math.log(by_pairs) == pytest.approx(oracles_rbm.joint(W, b_v, b_h)[1], rel=1e-12)


@pytest.mark.parametrize("sizes", [(6, 5), (1, 3)])
def test_gradients_of_the_free_energy_agree_with_central_differences(sizes, backend):
    W, b_v, b_h = machine(*sizes)

    def point(rng):
        return {"v": rng.random((7, sizes[0])), "W": W, "b_v": b_v, "b_h": b_h}

    assert_gradients(
        ops.free_energy_forward,
        ops.free_energy_backward,
        point,
        wrt=["W", "b_v", "b_h"],
        backend=backend,
        points=2,
    )


def test_the_check_of_the_free_energy_catches_a_forgotten_bias():
    W, b_v, b_h = machine()
    v = np.random.default_rng(2).random((7, 6))

    def backward(dF, v, W, b_h):
        return ops.free_energy_backward(dF, v, W, 0 * b_h)

    with pytest.raises(GradientError):
        assert_gradients(
            ops.free_energy_forward,
            backward,
            {"v": v, "W": W, "b_v": b_v, "b_h": b_h},
            wrt=["W", "b_v", "b_h"],
        )


def test_the_gradient_of_the_log_likelihood_is_data_minus_model():
    """Three ways: free energies of data and of the machine's distribution, enumeration, differences."""
    params = dict(zip(("W", "b_v", "b_h"), machine(4, 3)))
    x = (np.random.default_rng(3).random((9, 4)) < 0.5).astype(float)
    every = oracles_rbm.states(4)
    p = oracles_rbm.joint(**params)[0].sum(axis=1)
    W, b_h = params["W"], params["b_h"]
    up = ops.free_energy_backward(np.full(9, 1 / 9), x, W, b_h)
    down = ops.free_energy_backward(p, every, W, b_h)
    exact = oracles_rbm.likelihood_gradient(x, **params)
    for name, of_data, of_model in zip(params, up, down):
        np.testing.assert_allclose(of_model - of_data, exact[name], atol=1e-12)
        for index in np.ndindex(params[name].shape):
            values = []
            for step in (1e-5, -1e-5):
                moved = {n: value.copy() for n, value in params.items()}
                moved[name][index] += step
                values.append(oracles_rbm.log_likelihood(x, **moved))
            assert (values[0] - values[1]) / 2e-5 == pytest.approx(exact[name][index], abs=1e-8)


def test_mean_log_odds_are_the_biases_that_give_the_means(place):
    x = np.random.default_rng(0).random((30, 4)) * [1, 0.5, 0.1, 0]
    b = to_numpy(ops.mean_log_odds(place(x)))
    exact = [float(sum(map(Fraction, column)) / 30) for column in x.T]
    np.testing.assert_allclose(ops.sigmoid(b)[:3], exact[:3], rtol=1e-12)
    assert b[3] == pytest.approx(math.log(0.01 / 0.99))


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: ops.sigmoid([1.0]), TypeError, "a is a list"),
        (lambda: ops.softplus(np.arange(3)), TypeError, "a holds int64, expected floats"),
        (lambda: ops.sample_bernoulli(0.5, np.random.default_rng(0)), TypeError, "p is a float"),
        (
            lambda: ops.energy(np.zeros((2, 6)), np.zeros((3, 5)), *machine()),
            ValueError,
            r"h has shape \(3, 5\), expected \(N, M\) with N=2",
        ),
        (
            lambda: ops.free_energy_forward(np.zeros((2, 7)), *machine()),
            ValueError,
            r"W has shape \(6, 5\), expected \(D, M\) with D=7",
        ),
        (
            lambda: ops.free_energy_backward(np.zeros(3), np.zeros((2, 6)), machine()[0], machine()[2]),
            ValueError,
            r"v has shape \(2, 6\), expected \(N, D\) with N=3",
        ),
        (lambda: ops.mean_log_odds(np.zeros(3)), ValueError, r"x has shape \(3,\)"),
    ],
)
def test_wrong_input_gets_a_sentence(call, error, words):
    with pytest.raises(error, match=words):
        call()
