"""Laws of the dense exercises that `wta_np.testing.laws` does not have: gradients one by one, momentum."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import strategies as st

from wta_np import ops
from wta_np.backend import Array
from wta_np.grading.laws.gradients import gradient_law, gradient_laws
from wta_np.testing.laws.registry import equal, given

SEEDS = st.integers(0, 999)


def normal(rng: Any, **shapes: Any) -> dict:
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
def the_first_step_is_plain_gradient_descent(step: Any, w: Any, v: Array, dw: Any, lr: Any, mu: Any) -> None:
    """From rest, v = 0, the step is -lr dw."""
    new_w, new_v = step(w, 0 * v, dw, lr, mu)
    equal(new_v, -lr * dw, "the velocity after a step from rest")
    equal(new_w, w - lr * dw, "w after a step from rest")


@_momentum
def without_a_gradient_the_velocity_fades(step: Any, w: Any, v: Array, dw: Any, lr: Any, mu: Any) -> None:
    """Where dw = 0 the velocity keeps its share mu, and w moves by what is left of it."""
    new_w, new_v = step(w, v, 0 * dw, lr, mu)
    equal(new_v, mu * v, "the velocity without a gradient")
    equal(new_w, w + mu * v, "w without a gradient")


@_momentum
def a_constant_slope_is_taken_at_its_final_speed(
    step: Any, w: Any, v: Array, dw: Any, lr: Any, mu: Any
) -> None:
    """At the velocity -lr/(1 - mu) dw the same gradient changes the velocity no more."""
    final = -lr / (1 - mu) * dw
    new_w, new_v = step(w, final, dw, lr, mu)
    equal(new_v, final, "the velocity at its final value")
    equal(new_w, w + final, "w at the final velocity")
