"""Laws of the exercise on FC-WTA: its loss, its gradients, its step. What students get wrong is tried, to name it."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import strategies as st

from wta_np import ops
from wta_np.backend import Array
from wta_np.grading.gradient_hints import ratio_in_words
from wta_np.grading.laws.dense import SEEDS, normal
from wta_np.grading.laws.gradients import gradient_laws
from wta_np.testing.laws.registry import equal, given

PARAMETERS = ["W_enc", "b_enc", "W_dec", "b_dec"]
ROWS = "this is what k winners in each row give, expected k in each column: every unit has its own winners"
LENGTHS = st.tuples(*[st.integers(1, 4)] * 3)


def fcwta_point(rng: Any, n: Any, d: Any, m: Any) -> dict:
    """A mini-batch, four parameters, and k; with enough winners that some have a = 0 behind them."""
    point = normal(rng, x=(n, d), W_enc=(d, m), b_enc=m, W_dec=(m, d), b_dec=d)
    return {**point, "k": max(1, 3 * n // 4)}


def three_times_one_sample() -> dict:
    """A mini-batch in which every unit has the same activation, above zero, on all samples, and one winner."""
    point = fcwta_point(np.random.default_rng(0), 3, 4, 2)
    x = np.tile(np.abs(point["x"][:1]), (3, 1))
    return {**point, "x": x, "W_enc": np.abs(point["W_enc"]), "b_enc": np.abs(point["b_enc"]), "k": 1}


def by_unit(h: Array, k: Any) -> Any:
    """The winners that are asked for."""
    return ops.lifetime_mask(h, k)


def by_sample(h: Array, k: Any) -> Any:
    """The winners of those who rank each row instead of each column."""
    return ops.lifetime_mask(h.T.copy(), min(k, h.shape[1])).T


def fcwta_loss(
    x: Array, W_enc: Array, b_enc: Array, W_dec: Array, b_dec: Array, k: Any, winners: Any = by_unit
) -> Any:
    """The loss of a mini-batch, forward alone."""
    h = ops.relu_forward(ops.linear_forward(x, W_enc, b_enc))
    return ops.squared_error_forward(ops.linear_forward(h * winners(h, k), W_dec, b_dec), x)


def fcwta_grads(
    x: Array,
    W_enc: Array,
    b_enc: Array,
    W_dec: Array,
    b_dec: Array,
    k: Any,
    winners: Any = by_unit,
    forget: Any = None,
) -> Any:
    """The gradients by name; `forget` the "mask" or the "relu" on the way back, as students do."""
    a = ops.linear_forward(x, W_enc, b_enc)
    h = ops.relu_forward(a)
    mask = winners(h, k)
    z = h * mask
    dx_hat = ops.squared_error_backward(ops.linear_forward(z, W_dec, b_dec), x)
    dz, dW_dec, db_dec = ops.linear_backward(dx_hat, z, W_dec)
    dh = dz if forget == "mask" else dz * mask
    da = dh if forget == "relu" else ops.relu_backward(dh, a)
    _, dW_enc, db_enc = ops.linear_backward(da, x, W_enc)
    return dict(zip(PARAMETERS, (dW_enc, db_enc, dW_dec, db_dec)))


def _agree(found, expected, names):
    return all(np.allclose(found[name], expected[name], rtol=1e-6, atol=1e-9) for name in names)


def what_is_wrong(argument: Any, inputs: Any, found: Any) -> Any:
    """What gradients that differ from the expected ones tell when they are held against those of usual mistakes."""
    right = fcwta_grads(**inputs)
    if _agree(found, fcwta_grads(**inputs, winners=by_sample), PARAMETERS):
        return ROWS
    if argument not in ("W_enc", "b_enc") or not _agree(found, right, ("W_dec", "b_dec")):
        return ""
    for forgotten, words in (
        ("mask", "losers get a gradient: where is the mask?"),
        ("relu", "where is ReLU?"),
    ):
        if _agree(found, fcwta_grads(**inputs, forget=forgotten), [argument]):
            return f"the decoder's gradients are right, but on the way back to the encoder {words}"
    return "the decoder's gradients are right: look at the way back from x_hat, by W_dec.T, mask and ReLU"


FC_GRADIENTS = gradient_laws(
    " ".join(PARAMETERS),
    fcwta_loss,
    lambda impl, dy, *inputs: dict(zip(PARAMETERS, impl.fcwta_loss_and_grads(*inputs)[1:])),
    fcwta_point,
    (7, 5, 3),
    hint=what_is_wrong,
    square=True,
)


def the_loss_is_half_the_squared_error_of_a_sample(impl: Any) -> None:
    """L = 1/(2N) sum_n of the squared distance of x_hat_n from x_n, with k winners for each unit."""

    def check(rng, lengths):
        inputs = fcwta_point(rng, *lengths).values()
        loss, expected = impl.fcwta_loss_and_grads(*inputs)[0], fcwta_loss(*inputs)
        if np.isclose(loss, expected, rtol=1e-9):
            return
        if np.isclose(loss, fcwta_loss(*inputs, winners=by_sample)):
            words = f"; {ROWS}"
        else:
            words = ", " + ratio_in_words(loss / expected, dict(zip("NDM", lengths)), square=False)
        raise AssertionError(f"the loss is {loss:.6g}, expected {expected:.6g}{words}")

    check(np.random.default_rng(0), (7, 5, 3))

    @given(SEEDS, LENGTHS)
    def anywhere(seed, lengths):
        check(np.random.default_rng(seed), lengths)

    anywhere()
    inputs = three_times_one_sample().values()
    loss, expected = impl.fcwta_loss_and_grads(*inputs)[0], fcwta_loss(*inputs)
    if not np.isclose(loss, expected, rtol=1e-9):
        raise AssertionError(
            f"the loss of one sample three times is {loss:.6g}, expected {expected:.6g}: all activations of a unit "
            "tie, and k = 1 of them wins. Do all that tie win?"
        )


def a_step_goes_down_the_gradient(impl: Any) -> None:
    """Every new parameter is the old one minus lr times its gradient."""

    @given(SEEDS, LENGTHS, st.sampled_from([0.1, 1.0]))
    def check(seed, lengths, lr):
        point = fcwta_point(np.random.default_rng(seed), *lengths)
        x, *params, k = point.values()
        theirs = dict(zip(PARAMETERS, impl.fcwta_loss_and_grads(*point.values())[1:]))
        stepped = impl.fcwta_step(x, *params, k, lr)
        for (name, gradient), old, new in zip(fcwta_grads(**point).items(), params, stepped):
            words = _of_the_step(name, new - old, lr, theirs[name], gradient)
            equal(new, old - lr * gradient, f"{name} after a step{words}")

    check()


def _of_the_step(name, change, lr, theirs, right):
    """Why a step is wrong, if that can be told, in brackets."""
    if np.allclose(change, lr * theirs) and np.any(theirs):
        return " (it goes up your gradient)"
    if np.allclose(theirs, right, rtol=1e-6, atol=1e-9):
        return ""
    if np.allclose(change, -lr * theirs):
        return f" (it follows your gradient, but d{name} is wrong: mend that first)"
    return f" (your d{name} is wrong, too: mend that first)"
