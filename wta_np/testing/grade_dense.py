"""Laws of the dense exercises that `wta_np.testing.laws` does not have: gradients one by one, FC-WTA, momentum."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st

from wta_np import ops
from wta_np.models import FCWTA
from wta_np.testing.grade_gradients import gradient_law, gradient_laws
from wta_np.testing.grade_words import ratio_in_words
from wta_np.testing.law import equal, given

SEEDS = st.integers(0, 999)


def normal(rng, **shapes):
    """Inputs by name, drawn from a normal distribution."""
    return {name: rng.normal(size=shape) for name, shape in shapes.items()}


# ------------------------------------------------------------------------------ one op's gradients

LINEAR = gradient_laws(
    "x W b",
    ops.linear_forward,
    lambda impl, dy, x, W, b: dict(zip("xWb", impl.linear_backward(dy, x, W))),
    lambda rng, n, d, m: normal(rng, x=(n, d), W=(d, m), b=m),
    (7, 5, 3),
)
RELU = gradient_law(
    "a",
    ops.relu_forward,
    lambda impl, dh, a: {"a": impl.relu_backward(dh, a)},
    lambda rng, n, m: normal(rng, a=(n, m)),
    (7, 5),
)
LIFETIME = gradient_law(
    "h",
    ops.lifetime_forward,
    lambda impl, dz, h, k: {"h": impl.lifetime_backward(dz, ops.lifetime_mask(h, k))},
    lambda rng, n, m: {**normal(rng, h=(n, m)), "k": (n + 1) // 2},
    (7, 5),
)

# ---------------------------------------------------------------------------------------- FC-WTA


def fcwta_point(rng, n, d, m):
    """A mini-batch, four parameters, and k; with enough winners that some have a = 0 behind them."""
    point = normal(rng, x=(n, d), W_enc=(d, m), b_enc=m, W_dec=(m, d), b_dec=d)
    return {**point, "k": max(1, 3 * n // 4)}


def fcwta_loss(x, W_enc, b_enc, W_dec, b_dec, k):
    """The loss of a mini-batch, forward alone."""
    h = ops.relu_forward(ops.linear_forward(x, W_enc, b_enc))
    z, _ = ops.lifetime_forward(h, k)
    return ops.squared_error_forward(ops.linear_forward(z, W_dec, b_dec), x)


PARAMETERS = "W_enc b_enc W_dec b_dec"
FC_GRADIENTS = gradient_laws(
    PARAMETERS,
    fcwta_loss,
    lambda impl, dy, *inputs: dict(zip(PARAMETERS.split(), impl.fcwta_loss_and_grads(*inputs)[1:])),
    fcwta_point,
    (7, 5, 3),
)


def the_loss_is_half_the_squared_error_of_a_sample(impl):
    """L = 1/(2N) sum_n of the squared distance of x_hat_n from x_n, with k winners for each unit."""

    def check(rng, lengths):
        inputs = fcwta_point(rng, *lengths).values()
        loss, expected = impl.fcwta_loss_and_grads(*inputs)[0], fcwta_loss(*inputs)
        ratio = ratio_in_words(loss / expected, dict(zip("NDM", lengths)))
        assert np.isclose(loss, expected, rtol=1e-9), (
            f"the loss is {loss:.6g}, expected {expected:.6g}, {ratio}"
        )

    check(np.random.default_rng(0), (7, 5, 3))

    @given(SEEDS, st.tuples(*[st.integers(1, 4)] * 3))
    def anywhere(seed, lengths):
        check(np.random.default_rng(seed), lengths)

    anywhere()


def a_step_goes_down_the_gradient(impl):
    """Every new parameter is the old one minus lr times its gradient."""

    @given(SEEDS, st.tuples(*[st.integers(1, 4)] * 3), st.sampled_from([0.1, 1.0]))
    def check(seed, lengths, lr):
        x, *params, k = fcwta_point(np.random.default_rng(seed), *lengths).values()
        model = FCWTA(x.shape[1], params[0].shape[1], lifetime=k / len(x), dtype="float64")
        model.params = dict(zip(PARAMETERS.split(), params))
        grads = model.loss_and_grads(x)[1]
        for (name, old), new in zip(model.params.items(), impl.fcwta_step(x, *params, k, lr)):
            equal(new, old - lr * grads[name], f"{name} after a step")

    check()


# -------------------------------------------------------------------------------------- momentum


def _momentum(law):
    """A law that gets w, v, dw, lr, mu from `law`'s seed and the new w and v."""

    def check_all(impl):
        @given(
            SEEDS,
            st.sampled_from([(3,), (2, 3)]),
            st.sampled_from([0.1, 1.0]),
            st.sampled_from([0.0, 0.5, 0.9]),
        )
        def check(seed, shape, lr, mu):
            w, v, dw = np.random.default_rng(seed).normal(size=(3, *shape))
            law(impl.momentum_step, w, v, dw, lr, mu)

        check()

    check_all.__name__, check_all.__doc__ = law.__name__, law.__doc__
    return check_all


@_momentum
def the_first_step_is_plain_gradient_descent(step, w, v, dw, lr, mu):
    """From rest, v = 0, the step is -lr dw."""
    new_w, new_v = step(w, 0 * v, dw, lr, mu)
    equal(new_v, -lr * dw, "the velocity after a step from rest")
    equal(new_w, w - lr * dw, "w after a step from rest")


@_momentum
def without_a_gradient_the_velocity_fades(step, w, v, dw, lr, mu):
    """Where dw = 0 the velocity keeps its share mu, and w moves by what is left of it."""
    new_w, new_v = step(w, v, 0 * dw, lr, mu)
    equal(new_v, mu * v, "the velocity without a gradient")
    equal(new_w, w + mu * v, "w without a gradient")


@_momentum
def a_constant_slope_is_taken_at_its_final_speed(step, w, v, dw, lr, mu):
    """At the velocity -lr/(1 - mu) dw the same gradient changes the velocity no more."""
    final = -lr / (1 - mu) * dw
    new_w, new_v = step(w, final, dw, lr, mu)
    equal(new_v, final, "the velocity at its final value")
    equal(new_w, w + final, "w at the final velocity")
