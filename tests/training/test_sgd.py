"""SGD with momentum: the equations, in place, block by block or not."""

import numpy as np
import pytest

from wta_np.backend import to_numpy
from wta_np.training import SGD

RNG = np.random.default_rng(0)


@pytest.mark.parametrize("shape", [(3,), (7, 5), (300, 301)])
@pytest.mark.parametrize("order", ["C", "F"])
def test_three_steps_follow_the_equations_in_place(shape, order, place):
    w = np.array(RNG.normal(size=shape), order=order)
    params = {"w": place(w.copy(order="K"))}
    kept, optimizer, v = params["w"], SGD(lr=0.1, momentum=0.8), np.zeros(shape)
    for _ in range(3):
        dw = RNG.normal(size=shape)
        optimizer.step(params, {"w": place(dw)})
        v = 0.8 * v - 0.1 * dw
        w = w + v
        np.testing.assert_allclose(to_numpy(params["w"]), w, rtol=1e-12, atol=1e-12)
    assert params["w"] is kept
    np.testing.assert_allclose(to_numpy(optimizer.velocity["w"]), v, rtol=1e-12, atol=1e-12)


def test_without_momentum_there_is_no_velocity_to_keep(place):
    params, optimizer = {"w": place(np.array([1.0, -2.0]))}, SGD(lr=0.1, momentum=0)
    for dw in ([1.0, 10.0], [2.0, 0.0]):
        optimizer.step(params, {"w": place(np.array(dw))})
    np.testing.assert_allclose(to_numpy(params["w"]), [0.7, -3.0], rtol=1e-12)
    assert optimizer.velocity == {}


def test_float32_stays_float32_and_gradients_are_left_alone():
    params, dw = {"w": np.ones(5, "f4")}, np.ones(5, "f4")
    optimizer = SGD(0.1, 0.9)
    optimizer.step(params, {"w": dw})
    assert params["w"].dtype == optimizer.velocity["w"].dtype == np.float32
    np.testing.assert_array_equal(dw, 1)


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: SGD(0), ValueError, "lr is 0, expected a number above 0"),
        (lambda: SGD(float("inf")), ValueError, "lr is inf"),
        (lambda: SGD(0.1, 1.0), ValueError, r"momentum is 1, expected a number in \[0, 1\)"),
        (lambda: SGD(0.1, -0.1), ValueError, "momentum is -0.1"),
        (lambda: SGD().step({"w": np.ones(3)}, {}), ValueError, "grads has no 'w'"),
        (
            lambda: SGD().step({"w": np.ones(3)}, {"w": np.ones(3, "f4")}),
            TypeError,
            r"grads\['w'\] is float32",
        ),
        (
            lambda: SGD().step({"w": np.ones(3)}, {"w": np.ones(4)}),
            ValueError,
            r"grads\['w'\] has shape \(4,\)",
        ),
    ],
)
def test_wrong_input_gets_a_sentence(call, error, words):
    with pytest.raises(error, match=words):
        call()
