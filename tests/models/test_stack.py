"""Stacks: the top learns, the models below are frozen, maps are pooled on their way up."""

import numpy as np
import oracles
import pytest

from wta_np.backend import backend_name, to_numpy
from wta_np.models import FCWTA, RBM, ConvWTA, Stack
from wta_np.testing import gradcheck_model
from wta_np.training import SGD, fit, load, save

RNG = np.random.default_rng(0)
IMAGES = RNG.random((12, 8, 8, 1)).astype("f4")


def conv(channels, maps, **options):
    return ConvWTA(channels, maps, 1, size=3, decoder_size=3, lifetime=0.5, **options)


def stacks():
    """Name -> (stack, data) of every combination that is allowed."""
    return {
        "dense on dense": (Stack([FCWTA(20, 10), FCWTA(10, 6)]), RNG.random((12, 20)).astype("f4")),
        "three": (Stack([FCWTA(20, 10), FCWTA(10, 6), FCWTA(6, 4)]), RNG.random((12, 20)).astype("f4")),
        "conv on conv": (Stack([conv(1, 4), conv(4, 5)]), IMAGES),
        "dense on conv": (Stack([conv(1, 4), FCWTA(4 * 4 * 4, 6)]), IMAGES),
        "rbm below": (Stack([RBM(20, 10), FCWTA(10, 6)]), RNG.random((12, 20)).astype("f4")),
        "overlapping pools": (Stack([conv(1, 4), FCWTA(4 * 4 * 4, 6)], pool=3, stride=2), IMAGES),
        "alone": (Stack([FCWTA(20, 10)]), RNG.random((12, 20)).astype("f4")),
    }


@pytest.mark.parametrize("name", stacks())
def test_training_moves_the_top_and_nothing_below(name, backend, place):
    stack, x = stacks()[name]
    stack.to(backend)
    before = [{n: to_numpy(v).copy() for n, v in model.params.items()} for model in stack.models]
    fit(stack, place(x), 2, batch_size=4, optimizer=SGD(0.05), progress=False)
    for model, params in zip(stack.models[:-1], before):
        for n, value in params.items():
            np.testing.assert_array_equal(to_numpy(model.params[n]), value)
    assert any(not np.array_equal(to_numpy(stack.top.params[n]), v) for n, v in before[-1].items())
    assert backend_name(stack.encode(place(x))) == backend
    assert set(stack.loss_and_grads(place(x))[1]) == set(stack.top.params)


@pytest.mark.parametrize("name", stacks())
def test_a_stack_comes_back_from_a_checkpoint(name, tmp_path):
    stack, x = stacks()[name]
    save(tmp_path / "s.npz", stack)
    again = load(tmp_path / "s.npz")
    assert repr(again) == repr(stack)
    np.testing.assert_array_equal(again.encode(x), stack.encode(x))


def test_training_the_top_on_precomputed_inputs_is_the_same_as_training_the_stack():
    (one, x), (two, _) = stacks()["conv on conv"], stacks()["conv on conv"]
    fit(one, x, 2, batch_size=4, progress=False)
    fit(two.top, two.inputs(x), 2, batch_size=4, progress=False)
    for name in one.params:
        np.testing.assert_allclose(one.params[name], two.params[name], rtol=1e-5, atol=1e-7)


def test_maps_are_released_and_pooled_between_the_models():
    stack, x = stacks()["conv on conv"]
    pooled, _ = oracles.max_pool(stack.models[0].encode(x), 2, 2)
    pooled = pooled.astype("f4")
    np.testing.assert_array_equal(stack.inputs(x), pooled)
    np.testing.assert_array_equal(stack.encode(x), stack.top.encode(pooled))
    assert stack.features(x, pool=2, stride=2).shape == (12, 2 * 2 * 5)
    dense, _ = stacks()["dense on conv"]
    np.testing.assert_array_equal(
        dense.inputs(x), oracles.max_pool(dense.models[0].encode(x), 2, 2)[0].reshape(12, -1)
    )
    assert dense.reconstruct(x).shape == (12, 64)


@pytest.mark.parametrize("options", [{}, {"pool": 4, "stride": 2}])
def test_features_are_those_of_the_top_model_with_its_own_defaults(options):
    below, above, x = conv(1, 4), conv(4, 5), RNG.random((12, 16, 16, 1)).astype("f4")
    alone = Stack([below])
    np.testing.assert_array_equal(alone.features(x, **options), below.features(x, **options))
    stack = Stack([below, above])
    np.testing.assert_array_equal(
        stack.features(x, **options), above.features(stack.top_inputs(x), **options)
    )
    dense, x = stacks()["dense on dense"]
    np.testing.assert_array_equal(dense.features(x), dense.encode(x))


@pytest.mark.parametrize("name", stacks())
def test_a_stack_is_made_again_from_its_repr_and_from_its_config(name):
    stack, _ = stacks()[name]
    for again in (eval(repr(stack)), Stack(**stack.config)):
        assert again.config == stack.config and repr(again) == repr(stack)


def test_a_stack_decodes_into_the_inputs_of_its_top_model():
    stack, x = stacks()["three"]
    z = stack.encode(x)
    np.testing.assert_array_equal(stack.decode(z), stack.top.decode(z))
    np.testing.assert_array_equal(stack.decode(z), stack.reconstruct(x, constrained=False))


def test_gradients_of_the_top_agree_with_central_differences():
    stack = Stack([conv(1, 3), FCWTA(16 * 3, 5, lifetime=0.4)]).astype("float64")
    for model in stack.models:
        model.params = {n: 0.4 * RNG.normal(size=v.shape) for n, v in model.params.items()}

    before = {name: value.copy() for name, value in stack.stored_params.items()}
    errors = gradcheck_model(stack, IMAGES.astype("f8"))
    assert set(errors) == set(stack.top.params)
    for name, value in stack.stored_params.items():
        np.testing.assert_array_equal(value, before[name])


def test_a_resumed_stack_takes_over_the_frozen_models_too(tmp_path):
    def fresh(seed):
        return Stack([conv(1, 4, rng=seed), FCWTA(64, 6, rng=seed)])

    options = {"batch_size": 4, "progress": False, "checkpoint": tmp_path / "s.npz"}
    fit(fresh(0), IMAGES, 1, **options)
    other, whole = fresh(1), fresh(0)
    fit(other, IMAGES, 2, **options, resume=True)
    fit(whole, IMAGES, 2, batch_size=4, progress=False)
    for name, value in whole.stored_params.items():
        np.testing.assert_array_equal(other.stored_params[name], value)


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: Stack([]), ValueError, "models is empty"),
        (lambda: Stack([FCWTA(4, 3), "x"]), TypeError, r"models\[1\] is a str, expected one of FCWTA"),
        (lambda: Stack([FCWTA(4, 3), conv(1, 2)]), ValueError, r"models\[1\] is a ConvWTA on a FCWTA"),
        (lambda: Stack([FCWTA(4, 3)], pool=0), ValueError, "pool is 0"),
        (lambda: Stack([FCWTA(4, 3)], 2, 3), TypeError, r"pool and stride must be given by name: Stack\("),
        (
            lambda: Stack([["Perceptron", {}]]),
            ValueError,
            r"models\[0\] names a 'Perceptron' in a stack, exp",
        ),
        (lambda: Stack([FCWTA(4, 3), FCWTA(4, 3)]).encode(np.ones((2, 4), "f4")), ValueError, "with D=4"),
        (lambda: Stack([conv(1, 4), conv(4, 5)], pool=9).encode(IMAGES), ValueError, "pool is 9, .* 1 and 8"),
    ],
)
def test_wrong_input_gets_a_sentence(call, error, words):
    with pytest.raises(error, match=words):
        call()
