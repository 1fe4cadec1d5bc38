"""Laws of the exercise on decoding winners, and on the gradient of their values."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np

from wta_np import ops
from wta_np.backend import Array
from wta_np.grading.laws.dense import SEEDS, normal
from wta_np.grading.laws.gradients import gradient_law
from wta_np.testing.laws.registry import equal, given
from wta_np.testing.strategies_conv import codes, numbered


def winners_as_lists(impl: Any) -> Any:
    """The student's ``decode_winners`` as a `deconv2d_forward` of dense codes, beside the rest of the ops."""

    def deconv2d_forward(z, D, b):
        n, y, x, f = np.nonzero(z)
        return impl.decode_winners(n, y, x, f, z[n, y, x, f], z.shape[:3], D, b)

    return SimpleNamespace(**{**vars(impl), "deconv2d_forward": deconv2d_forward})


def lists(case: Any) -> Any:
    """n, y, x, f, value and (N, H, W) of the winners of a drawn code, with values that differ."""
    h, k, D, b = case
    code = ops.select_winners(h, k)
    value = 1.0 + np.arange(len(code))
    return (code.n, code.y, code.x, code.f, value, h.shape[:3]), ops.deconv2d_forward(
        code.with_value(value), D, b
    )


def decoding_gives_the_sum_of_scaled_atoms(impl: Any) -> None:
    """x_hat is b plus value times atom, for every winner, cut at the border."""

    @given(codes())
    def check(case):
        winners, expected = lists(case)
        equal(impl.decode_winners(*winners, *case[2:]), expected, "x_hat")

    check()


def the_bias_is_added_once(impl: Any) -> None:
    """Winners of value zero leave b at every pixel, however many there are."""

    @given(codes())
    def check(case):
        (*places, value, shape), expected = lists(case)
        found = impl.decode_winners(*places, 0 * value, shape, *case[2:])
        equal(found, np.broadcast_to(case[3], expected.shape), "x_hat where all values are zero")

    check()


def winners_at_one_place_add_up(impl: Any) -> None:
    """Each winner given twice, with half of its value, makes the same image."""

    @given(codes(), SEEDS)
    def check(case, seed):
        (*places, value, shape), expected = lists(case)
        order = np.random.default_rng(seed).permutation(2 * len(value))
        twice = [np.concatenate([part, part])[order] for part in (*places, value / 2)]
        equal(impl.decode_winners(*twice, shape, *case[2:]), expected, "x_hat with each winner in two halves")

    check()


def no_winners_leave_the_bias(impl: Any) -> None:
    """An empty list decodes to b everywhere."""
    nothing = [np.zeros(0, int)] * 4
    D, b = np.ones((2, 3, 3, 1)), np.array([0.5])
    equal(impl.decode_winners(*nothing, np.zeros(0), (1, 2, 3), D, b), 0.5, "x_hat without winners")


def a_value_gets_what_its_atom_sees(impl: Any) -> None:
    """Where its atom lies inside of the image, dvalue of a winner is the sum of dy times the atom, entry by entry."""
    one = np.ones(1, int)
    for image, atom in (
        ((1, 3, 3, 1), (1, 3, 3, 1)),
        ((1, 3, 3, 2), (1, 1, 1, 2)),
        ((2, 3, 4, 1), (2, 1, 3, 1)),
    ):
        dy, D = numbered(image), numbered(atom)
        n, f = (image[0] - 1) * one, (atom[0] - 1) * one
        seen = dy[n[0], 1 - atom[1] // 2 : 2 + atom[1] // 2, 1 - atom[2] // 2 : 2 + atom[2] // 2]
        equal(impl.value_gradient(dy, n, one, one, f, D), [np.sum(seen * D[f[0]])], "dvalue of one winner")


def value_point(rng: Any, n: Any, h: Array, w: Any, f: Any, r: Any) -> dict:
    """Winners anywhere, some of them near a border, the first and the last at one place; atoms of two channels."""
    places = {name: rng.integers(0, length, r) for name, length in zip("nyxf", (n, h, w, f))}
    for place in places.values():
        place[-1] = place[0]
    return {**normal(rng, value=r), **places, "shape": (n, h, w), **normal(rng, D=(f, 3, 5, 2), b=2)}


def decoded(value: Any, n: Any, y: Any, x: Array, f: Any, shape: Any, D: Array, b: Array) -> Any:
    """The images of a list of winners, ours."""
    return ops.deconv2d_forward(ops.Winners(n, y, x, f, value, (*shape, len(D))), D, b)


VALUE = gradient_law(
    "value",
    decoded,
    lambda impl, dy, value, n, y, x, f, shape, D, b: {"value": impl.value_gradient(dy, n, y, x, f, D)},
    value_point,
    (3, 5, 6, 4, 7),
)
