"""The laws of the dense ops: linear, relu, lifetime, loss."""

from __future__ import annotations

import itertools
from fractions import Fraction

import numpy as np
from hypothesis import strategies as st

from wta_np.testing.gradcheck import gradcheck
from wta_np.testing.laws.registry import Hosted, equal, given, law
from wta_np.testing.laws.wording import check_number, count, rows, ties, units
from wta_np.testing.strategies import FEW_ROWS, batches_with_k, dense_layers, matrices, untied_batches_with_k

# ---------------------------------------------------------------------------------------- linear


@law("linear")
def unit_vectors_give_the_weights(impl, backend="numpy"):
    """An input that is 1 at i and 0 elsewhere gives row i of W, plus b."""
    ops = Hosted(impl, backend)

    @given(dense_layers())
    def check(layer):
        _, W, b = layer
        equal(ops.linear_forward(np.eye(len(W)), W, b), W + b, "unit vectors should give the rows of W + b")

    check()


@law("linear")
def samples_do_not_mix(impl, backend="numpy"):
    """What comes out for a sample does not depend on the samples beside it."""
    ops = Hosted(impl, backend)

    @given(dense_layers())
    def check(layer):
        x, W, b = layer
        one_by_one = [ops.linear_forward(x[n : n + 1], W, b)[0] for n in range(len(x))]
        equal(ops.linear_forward(x, W, b), one_by_one, "a sample's output depends on its batch")

    check()


@law("linear")
def linear_gradients_agree_with_differences(impl, backend="numpy"):
    """dx, dW and db agree with central differences."""

    @given(dense_layers())
    def check(layer):
        gradcheck(impl.linear_forward, impl.linear_backward, dict(zip("xWb", layer)), backend=backend)

    check()


# ------------------------------------------------------------------------------------------ relu


@law("relu")
def relu_keeps_what_is_positive(impl, backend="numpy"):
    """Positive values pass unchanged, all others become zero."""
    ops = Hosted(impl, backend)

    @given(matrices())
    def check(a):
        h = ops.relu_forward(a)
        equal(h[a > 0], a[a > 0], "positive values should pass")
        equal(h[a <= 0], 0, "other values should become zero")

    check()


@law("relu")
def relu_has_no_gradient_at_zero(impl, backend="numpy"):
    """relu'(0) = 0."""
    da = Hosted(impl, backend).relu_backward(np.ones(3), np.array([-1.0, 0.0, 1.0]))
    equal(da, [0, 0, 1], "relu'(-1), relu'(0), relu'(1) should be 0, 0, 1")


@law("relu")
def relu_gradient_agrees_with_differences(impl, backend="numpy"):
    """da agrees with central differences, away from zero."""

    @given(matrices())
    def check(a):
        gradcheck(impl.relu_forward, impl.relu_backward, {"a": a + 0.01 * (a >= 0) - 0.005}, backend=backend)

    check()


# -------------------------------------------------------------------------------------- lifetime


@law("lifetime")
def k_is_the_floor_of_rate_times_n(impl, backend="numpy"):
    """k = max(1, floor(rate * N)) in exact arithmetic, for every percentage."""

    @given(st.integers(1, 100), st.integers(1, 1000))
    def check(percent, n):
        exact = max(1, int(Fraction(percent, 100) * n))
        k = impl.winners_per_unit(percent / 100, n)
        assert k == exact, f"rate {percent / 100} of {n} samples is {exact}, not {k}"

    check()
    for percent, n in ((29, 100), (5, 10), (57, 100), (100, 7)):
        check.hypothesis.inner_test(percent, n)  # those where binary fractions or small batches mislead


@law("lifetime")
def each_unit_has_exactly_k_winners(impl, backend="numpy"):
    """Exactly k of a unit's N activations win, also where many are equal."""
    ops = Hosted(impl, backend)

    @given(batches_with_k(), first=FEW_ROWS)
    def check(case):
        h, k = case
        mask = ops.lifetime_mask(h, k)
        assert mask.dtype == bool and mask.shape == h.shape, f"mask is {mask.dtype} {mask.shape}"
        for name, column, won in units(h, mask):
            assert won.sum() == k, f"{name}: {count(won.sum(), 'winner')} where k = {k}{ties(column, won)}"

    check()


@law("lifetime")
def no_loser_beats_a_winner(impl, backend="numpy"):
    """A unit's smallest winner is at least its largest loser."""
    ops = Hosted(impl, backend)

    @given(batches_with_k(), first=FEW_ROWS)
    def check(case):
        h, k = case
        mask = ops.lifetime_mask(h, k)
        for name, column, won in units(h, mask):
            check_number(name, won, k)
            winner = np.where(won, column, np.inf).argmin()
            loser = np.where(won, -np.inf, column).argmax()
            assert won.all() or column[winner] >= column[loser], (
                f"{name}: row {winner} with {column[winner]:g} won, row {loser} with {column[loser]:g} did not"
            )

    check()


@law("lifetime")
def the_lower_index_wins_a_tie(impl, backend="numpy"):
    """Of two samples on which a unit is equally active, the later one wins only if the earlier one does."""
    ops = Hosted(impl, backend)

    @given(batches_with_k(), first=FEW_ROWS)
    def check(case):
        h, k = case
        mask = ops.lifetime_mask(h, k)
        for name, column, won in units(h, mask):
            check_number(name, won, k)
            for n, later in itertools.combinations(range(len(column)), 2):
                assert column[n] != column[later] or won[n] or not won[later], (
                    f"{name}: rows {n} and {later} tie at {column[n]:g}, the lower row wins, but row {later} won"
                )

    check()
    h = np.random.default_rng(0).choice([0.0, 0.5, 1.0], (100, 2), p=[0.8, 0.1, 0.1])
    for k in (5, 30):  # an unstable sort may keep the order of the few samples that hypothesis draws
        check.hypothesis.inner_test((h, k))


@law("lifetime")
def units_do_not_compete(impl, backend="numpy"):
    """A unit's winners do not depend on the units beside it."""
    ops = Hosted(impl, backend)

    @given(batches_with_k(), first=FEW_ROWS)
    def check(case):
        h, k = case
        each = [ops.lifetime_mask(np.ascontiguousarray(h[..., j : j + 1]), k) for j in range(h.shape[-1])]
        alone, together = np.concatenate(each, axis=-1), ops.lifetime_mask(h, k)
        for (name, _, beside), (_, _, by_itself) in zip(units(h, together), units(h, alone)):
            check_number(name, beside, k)
            check_number(f"{name}, given alone", by_itself, k)
            assert np.array_equal(beside, by_itself), (
                f"{name}: given alone, {rows(by_itself)} wins; given beside other units, {rows(beside)} wins"
            )

    check()


@law("lifetime")
def losers_are_zero_and_winners_unchanged(impl, backend="numpy"):
    """z is h where the mask is True and zero elsewhere."""
    ops = Hosted(impl, backend)

    @given(batches_with_k())
    def check(case):
        h, k = case
        z, mask = ops.lifetime_forward(h, k)
        equal(z, np.where(mask, h, 0), "z should be h at the winners and 0 elsewhere")
        equal(mask, ops.lifetime_mask(h, k), "the mask should be that of lifetime_mask")

    check()


@law("lifetime")
def only_winners_get_gradient(impl, backend="numpy"):
    """dh is dz at the winners and zero elsewhere."""
    ops = Hosted(impl, backend)

    @given(batches_with_k())
    def check(case):
        h, k = case
        _, mask = ops.lifetime_forward(h, k)
        dz = 1.0 + np.arange(h.size, dtype=float).reshape(h.shape)
        expected = np.where(ops.lifetime_mask(h, k), dz, 0)
        equal(ops.lifetime_backward(dz, mask), expected, "dh should be dz at the winners")

    check()


@law("lifetime")
def lifetime_gradient_agrees_with_differences(impl, backend="numpy"):
    """dh agrees with central differences, away from ties."""

    @given(untied_batches_with_k())
    def check(case):
        h, k = case

        def backward(dz, h):
            return impl.lifetime_backward(dz, impl.lifetime_forward(h, k)[1])

        gradcheck(lambda h: impl.lifetime_forward(h, k), backward, {"h": h}, backend=backend)

    check()


# ------------------------------------------------------------------------------------------ loss


@law("loss")
def the_loss_is_zero_only_for_the_truth(impl, backend="numpy"):
    """L(x, x) = 0, and L > 0 wherever an entry differs."""
    ops = Hosted(impl, backend)

    @given(matrices())
    def check(x):
        assert ops.squared_error_forward(x, x) == 0
        for i in range(x.size):
            for step in (-1.0, 1.0):
                x_hat = x.copy()
                x_hat.flat[i] += step
                assert ops.squared_error_forward(x_hat, x) > 0, "the loss of a wrong entry should be above 0"

    check()


@law("loss")
def the_loss_averages_samples_and_sums_pixels(impl, backend="numpy"):
    """Every sample twice: the same loss. Every pixel twice: twice the loss."""
    ops = Hosted(impl, backend)

    @given(matrices())
    def check(x):
        x_hat = 2 * x + 1
        loss = ops.squared_error_forward(x_hat, x)
        by_samples = [np.concatenate([a, a], axis=0) for a in (x_hat, x)]
        by_pixels = [np.concatenate([a, a], axis=1) for a in (x_hat, x)]
        equal(ops.squared_error_forward(*by_samples), loss, "samples are averaged")
        equal(ops.squared_error_forward(*by_pixels), 2 * loss, "pixels are summed")
        equal(loss, np.sum((x_hat - x) ** 2) / (2 * len(x)), "half the squared error of a sample")

    check()


@law("loss")
def loss_gradient_agrees_with_differences(impl, backend="numpy"):
    """dx_hat agrees with central differences."""

    @given(matrices())
    def check(x):
        gradcheck(
            impl.squared_error_forward,
            impl.squared_error_backward,
            {"x_hat": 2 * x + 1, "x": x},
            wrt="x_hat",
            backend=backend,
        )

    check()
