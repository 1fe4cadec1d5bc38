"""The laws of the dense ops: linear, relu, lifetime, loss."""

from __future__ import annotations

import itertools
from fractions import Fraction
from typing import Any

import numpy as np
from hypothesis import strategies as st

from wta_np.testing.gradient_check import gradcheck
from wta_np.testing.laws.registry import equal, law, require
from wta_np.testing.laws.wording import count, require_winners, rows, ties, units
from wta_np.testing.strategies import FEW_ROWS, batches_with_k, dense_layers, matrices, untied_batches_with_k

# ---------------------------------------------------------------------------------------- linear


@law("linear", dense_layers())
def unit_vectors_give_the_weights(ops, layer):
    """An input that is 1 at i and 0 elsewhere gives row i of W, plus b."""
    _, W, b = layer
    equal(ops.linear_forward(np.eye(len(W)), W, b), W + b, "unit vectors should give the rows of W + b")


@law("linear", dense_layers())
def samples_do_not_mix(ops, layer):
    """What comes out for a sample does not depend on the samples beside it."""
    x, W, b = layer
    one_by_one = [ops.linear_forward(x[n : n + 1], W, b)[0] for n in range(len(x))]
    equal(ops.linear_forward(x, W, b), one_by_one, "a sample's output depends on its batch")


@law("linear", dense_layers())
def linear_gradients_agree_with_differences(ops, layer):
    """dx, dW and db agree with central differences."""
    x, W, b = layer
    gradcheck(
        ops.linear_forward,
        lambda dy, x, W, b: ops.linear_backward(dy, x, W),
        {"x": x, "W": W, "b": b},
        allow_zero=True,
    )


# ------------------------------------------------------------------------------------------ relu


@law("relu", matrices())
def relu_keeps_what_is_positive(ops, a):
    """Positive values pass unchanged, all others become zero."""
    h = ops.relu_forward(a)
    equal(h[a > 0], a[a > 0], "positive values should pass")
    equal(h[a <= 0], 0, "other values should become zero")


@law("relu")
def relu_has_no_gradient_at_zero(ops):
    """relu'(0) = 0."""
    da = ops.relu_backward(np.ones(3), np.array([-1.0, 0.0, 1.0]))
    equal(da, [0, 0, 1], "relu'(-1), relu'(0), relu'(1) should be 0, 0, 1")


@law("relu", matrices())
def relu_gradient_agrees_with_differences(ops, a):
    """da agrees with central differences, away from zero."""
    gradcheck(ops.relu_forward, ops.relu_backward, {"a": a + 0.01 * (a >= 0) - 0.005}, allow_zero=True)


# -------------------------------------------------------------------------------------- lifetime


MISLEADING = [(29, 100), (5, 10), (57, 100), (100, 7)]  # binary fractions, or small batches, mislead


@law("lifetime", st.integers(1, 100), st.integers(1, 1000), then=MISLEADING)
def k_is_the_floor_of_rate_times_n(ops, percent, n):
    """k = max(1, floor(rate * N)) in exact arithmetic, for every percentage."""
    exact = max(1, int(Fraction(percent, 100) * n))
    k = ops.winners_per_unit(percent / 100, n)
    require(k == exact, f"rate {percent / 100} of {n} samples is {exact}, not {k}")


def winners_depend_on_activations(ops: Any) -> None:
    """AssertionError if the same rows win whatever the activations are: then nothing else of them can be judged."""
    h = np.array([[0.0], [1.0]])
    masks = [ops.lifetime_mask(values, 1) for values in (h, h[::-1].copy())]
    require(
        np.sum(masks[0]) != 1 or not np.array_equal(*masks),  # a wrong number is told by the law itself
        "the same rows win for h = [[0], [1]] and h = [[1], [0]] with k = 1: first of all they have to be the largest",
    )


@law("lifetime", batches_with_k(), first=FEW_ROWS)
def each_unit_has_exactly_k_winners(ops, case):
    """Exactly k of a unit's N activations win, also where many are equal."""
    h, k = case
    mask = ops.lifetime_mask(h, k)
    require(mask.dtype == bool and mask.shape == h.shape, f"mask is {mask.dtype} {mask.shape}")
    for name, column, won in units(h, mask):
        require(won.sum() == k, f"{name}: {count(won.sum(), 'winner')} where k = {k}{ties(column, won)}")


@law("lifetime", batches_with_k(), first=FEW_ROWS)
def no_loser_beats_a_winner(ops, case):
    """A unit's smallest winner is at least its largest loser."""
    h, k = case
    mask = ops.lifetime_mask(h, k)
    for name, column, won in units(h, mask):
        require_winners(name, won, k)
        winner = np.where(won, column, np.inf).argmin()
        loser = np.where(won, -np.inf, column).argmax()
        require(
            won.all() or column[winner] >= column[loser],
            f"{name}: row {winner} with {column[winner]:g} won, row {loser} with {column[loser]:g} did not",
        )


# Many samples: an unstable sort may keep the order of the few that hypothesis draws.
MANY_TIES = np.random.default_rng(0).choice([0.0, 0.5, 1.0], (100, 2), p=[0.8, 0.1, 0.1])


@law("lifetime", batches_with_k(), first=FEW_ROWS, then=[((MANY_TIES, k),) for k in (5, 30)],
     once=winners_depend_on_activations)  # fmt: skip
def the_lower_index_wins_a_tie(ops, case):
    """Of two samples on which a unit is equally active, the later one wins only if the earlier one does."""
    h, k = case
    mask = ops.lifetime_mask(h, k)
    for name, column, won in units(h, mask):
        require_winners(name, won, k)
        for n, later in itertools.combinations(range(len(column)), 2):
            require(
                column[n] != column[later] or won[n] or not won[later],
                f"{name}: rows {n} and {later} tie at {column[n]:g}, the lower row wins, but row {later} won",
            )


@law("lifetime", batches_with_k(), first=FEW_ROWS, once=winners_depend_on_activations)
def units_do_not_compete(ops, case):
    """A unit's winners do not depend on the units beside it."""
    h, k = case
    each = [ops.lifetime_mask(np.ascontiguousarray(h[..., j : j + 1]), k) for j in range(h.shape[-1])]
    alone, together = np.concatenate(each, axis=-1), ops.lifetime_mask(h, k)
    for (name, _, beside), (_, _, by_itself) in zip(units(h, together), units(h, alone)):
        require_winners(name, beside, k)
        require_winners(f"{name}, given alone", by_itself, k)
        require(
            np.array_equal(beside, by_itself),
            f"{name}: given alone, {rows(by_itself)} wins; given beside other units, {rows(beside)} wins",
        )


@law("lifetime", batches_with_k())
def losers_are_zero_and_winners_unchanged(ops, case):
    """z is h where the mask is True and zero elsewhere."""
    h, k = case
    z, mask = ops.lifetime_forward(h, k)
    equal(z, np.where(mask, h, 0), "z should be h at the winners and 0 elsewhere")
    equal(mask, ops.lifetime_mask(h, k), "the mask should be that of lifetime_mask")


@law("lifetime", batches_with_k())
def only_winners_get_gradient(ops, case):
    """dh is dz at the winners and zero elsewhere."""
    h, k = case
    _, mask = ops.lifetime_forward(h, k)
    dz = 1.0 + np.arange(h.size, dtype=float).reshape(h.shape)
    expected = np.where(ops.lifetime_mask(h, k), dz, 0)
    equal(ops.lifetime_backward(dz, mask), expected, "dh should be dz at the winners")


@law("lifetime", untied_batches_with_k())
def lifetime_gradient_agrees_with_differences(ops, case):
    """dh agrees with central differences, away from ties."""
    h, k = case

    def backward(dz, h):
        return ops.lifetime_backward(dz, ops.lifetime_forward(h, k)[1])

    gradcheck(lambda h: ops.lifetime_forward(h, k), backward, {"h": h}, allow_zero=True)


# ------------------------------------------------------------------------------------------ loss


@law("loss", matrices())
def the_loss_is_zero_only_for_the_truth(ops, x):
    """L(x, x) = 0, and L > 0 wherever an entry differs."""
    require(ops.squared_error_forward(x, x) == 0, "the loss of the truth should be 0")
    for i in range(x.size):
        for step in (-1.0, 1.0):
            x_hat = x.copy()
            x_hat.flat[i] += step
            require(ops.squared_error_forward(x_hat, x) > 0, "the loss of a wrong entry should be above 0")


@law("loss", matrices())
def the_loss_averages_samples_and_sums_pixels(ops, x):
    """Every sample twice: the same loss. Every pixel twice: twice the loss."""
    x_hat = 2 * x + 1
    loss = ops.squared_error_forward(x_hat, x)
    by_samples = [np.concatenate([a, a], axis=0) for a in (x_hat, x)]
    by_pixels = [np.concatenate([a, a], axis=1) for a in (x_hat, x)]
    equal(ops.squared_error_forward(*by_samples), loss, "samples are averaged")
    equal(ops.squared_error_forward(*by_pixels), 2 * loss, "pixels are summed")
    equal(loss, np.sum((x_hat - x) ** 2) / (2 * len(x)), "half the squared error of a sample")


@law("loss", matrices())
def loss_gradient_agrees_with_differences(ops, x):
    """dx_hat agrees with central differences."""
    gradcheck(
        ops.squared_error_forward,
        lambda dL, x_hat, x: dL * ops.squared_error_backward(x_hat, x),
        {"x_hat": 2 * x + 1, "x": x},
        wrt="x_hat",
        allow_zero=True,
    )
