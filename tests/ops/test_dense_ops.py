"""The dense ops against loop oracles, their dtypes, and what they say to wrong input."""

import numpy as np
import oracles
import pytest
from hypothesis import given

from wta_np import ops
from wta_np.backend import backend_name, to_backend, to_numpy
from wta_np.testing.strategies import batches_with_k, dense_layers, matrices

RNG = np.random.default_rng(0)


@given(dense_layers())
def test_linear_equals_the_loops(layer):
    x, W, b = layer
    dy = np.sin(np.arange(len(x) * len(b), dtype=float)).reshape(len(x), len(b))
    np.testing.assert_allclose(ops.linear_forward(x, W, b), oracles.linear(x, W, b), atol=1e-12)
    for ours, loops in zip(ops.linear_backward(dy, x, W), oracles.linear_gradients(dy, x, W)):
        np.testing.assert_allclose(ours, loops, atol=1e-12)


@given(matrices())
def test_relu_equals_the_loops(a):
    np.testing.assert_array_equal(ops.relu_forward(a), oracles.relu(a))


@given(batches_with_k())
def test_lifetime_mask_equals_ranking_every_unit(case):
    h, k = case
    np.testing.assert_array_equal(ops.lifetime_mask(h, k), oracles.lifetime_mask(h, k))


@pytest.mark.parametrize("axes", [(), (7,), (3, 2, 4)])
def test_lifetime_mask_equals_ranking_on_larger_batches(axes, place):
    h = np.maximum(RNG.normal(size=(50, *axes)).round(1), 0)
    for k in (1, 5, 37, 50):
        mask = to_numpy(ops.lifetime_mask(place(h), k))
        np.testing.assert_array_equal(mask, oracles.lifetime_mask(h, k))


def test_each_unit_keeps_exactly_k_winners_even_when_all_values_tie(place):
    mask = to_numpy(ops.lifetime_mask(place(np.zeros((100, 3))), 5))
    assert mask[:5].all() and not mask[5:].any()


def test_a_unit_with_two_positive_activations_still_has_k_winners_and_two_positive_ones():
    h = np.zeros((100, 1))
    h[[40, 90], 0] = 1.0, 2.0
    z, mask = ops.lifetime_forward(h, 5)
    assert mask.sum() == 5
    assert np.flatnonzero(z).tolist() == [40, 90]
    assert np.flatnonzero(mask).tolist() == [0, 1, 2, 40, 90]


def test_infinite_and_negative_activations_are_ranked_like_others():
    h = np.array([[-np.inf], [-1.0], [np.inf], [0.0]])
    z, mask = ops.lifetime_forward(h, 2)
    assert mask.ravel().tolist() == [False, False, True, True]
    assert z.ravel().tolist() == [0, 0, np.inf, 0]


@given(matrices())
def test_squared_error_equals_the_loops(x):
    assert ops.squared_error_forward(2 * x - 1, x) == pytest.approx(oracles.squared_error(2 * x - 1, x))


@pytest.mark.parametrize(
    ("rate", "n", "k"), [(0.05, 100, 5), (0.05, 10, 1), (0.29, 100, 29), (1.0, 7, 7), (1e-9, 1, 1), (1, 3, 3)]
)
def test_winners_per_unit(rate, n, k):
    assert ops.winners_per_unit(rate, n) == k


def _calls(dtype):
    """Every op with its arguments, as (function, arguments)."""

    def draw(*shape):
        return RNG.normal(size=shape).astype(dtype)

    mask = np.zeros((4, 3), bool)
    mask[0] = True
    return [
        (ops.linear_forward, (draw(4, 5), draw(5, 3), draw(3))),
        (ops.linear_backward, (draw(4, 3), draw(4, 5), draw(5, 3))),
        (ops.linear_backward_params, (draw(4, 3), draw(4, 5))),
        (ops.relu_forward, (draw(4, 3),)),
        (ops.relu_backward, (draw(4, 3), draw(4, 3))),
        (ops.lifetime_mask, (draw(4, 3), 2)),
        (ops.lifetime_forward, (draw(4, 3), 2)),
        (ops.lifetime_backward, (draw(4, 3), mask)),
        (ops.squared_error_forward, (draw(4, 3), draw(4, 3))),
        (ops.squared_error_backward, (draw(4, 3), draw(4, 3))),
    ]


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("case", range(10))
def test_every_op_keeps_dtype_backend_and_arguments(case, dtype, backend):
    function, arguments = _calls(dtype)[case]
    placed = [to_backend(a.copy(), backend) if isinstance(a, np.ndarray) else a for a in arguments]
    result = function(*placed)
    for part in result if isinstance(result, tuple) else (result,):
        if isinstance(part, float):
            continue
        assert backend_name(part) == backend
        assert part.dtype in (np.dtype(dtype), np.dtype(bool))
    for before, after in zip(arguments, placed):
        if isinstance(before, np.ndarray):
            np.testing.assert_array_equal(to_numpy(after), before)


def test_the_table_of_ops_above_is_complete():
    functions = {f.__name__ for f, _ in _calls("float32")} | {"winners_per_unit"}
    dense = {"linear", "relu", "lifetime", "loss"}
    exported = {n for n in ops.__all__ if getattr(ops, n).__module__.split(".")[-1] in dense}
    assert exported == functions


X = np.zeros((4, 5))


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (
            lambda: ops.linear_forward(X, np.zeros((4, 3)), np.zeros(3)),
            ValueError,
            r"W has shape \(4, 3\).*D=5",
        ),
        (
            lambda: ops.linear_forward(X, np.zeros((5, 3)), np.zeros(4)),
            ValueError,
            r"b has shape \(4,\).*M=3",
        ),
        (lambda: ops.linear_forward(X[0], np.zeros((5, 3)), np.zeros(3)), ValueError, r"x has shape \(5,\)"),
        (lambda: ops.linear_backward(X, X, X), ValueError, r"W has shape \(4, 5\)"),
        (
            lambda: ops.linear_forward(X, np.zeros((5, 3), "f4"), np.zeros(3)),
            TypeError,
            "W is float32 but x is",
        ),
        (lambda: ops.relu_forward(np.array([1, 2])), TypeError, "a holds int64, expected floats"),
        (lambda: ops.relu_forward([1.0]), TypeError, "a is a list"),
        (lambda: ops.relu_backward(X, X[:2]), ValueError, r"a has shape \(2, 5\), expected \(4, 5\) like dh"),
        (lambda: ops.winners_per_unit(0, 10), ValueError, r"rate is 0, expected a number in \(0, 1\]"),
        (lambda: ops.winners_per_unit(1.5, 10), ValueError, r"rate is 1.5"),
        (lambda: ops.winners_per_unit(float("nan"), 10), ValueError, r"rate is nan"),
        (lambda: ops.winners_per_unit("x", 10), TypeError, r"rate is 'x', expected a number"),
        (lambda: ops.winners_per_unit(0.5, 0), ValueError, "n is 0, expected at least 1"),
        (lambda: ops.lifetime_mask(X, 5), ValueError, "k is 5, expected between 1 and 4"),
        (lambda: ops.lifetime_mask(X, 0), ValueError, "k is 0"),
        (lambda: ops.lifetime_mask(X, 2.0), TypeError, "k is 2.0, expected a whole number"),
        (lambda: ops.lifetime_mask(X, True), TypeError, "k is True"),
        (lambda: ops.lifetime_mask(np.float64(1.0), 1), TypeError, "h is a float64"),
        (lambda: ops.lifetime_mask(np.where(np.eye(4) > 0, np.nan, 1.0), 2), ValueError, "h contains NaN"),
        (lambda: ops.lifetime_mask(np.full((4, 1), np.nan), 2), ValueError, "h contains NaN"),
        (lambda: ops.lifetime_mask(np.array([np.nan, 1, 1, 0]), 2), ValueError, "h contains NaN"),
        (lambda: ops.lifetime_backward(X, X[1:] > 0), ValueError, r"mask has shape \(3, 5\)"),
        (lambda: ops.squared_error_forward(X, X[:, 1:]), ValueError, r"x has shape \(4, 4\)"),
        (lambda: ops.squared_error_forward(X[:0], X[:0]), ValueError, "x holds no samples"),
    ],
)
def test_wrong_input_gets_a_sentence_that_names_it(call, error, words):
    with pytest.raises(error, match=words):
        call()


def test_arrays_of_two_backends_are_refused_by_name():
    with pytest.raises(TypeError, match="W is on strict but x is on numpy"):
        ops.linear_forward(X, to_backend(np.zeros((5, 3)), "strict"), np.zeros(3))
