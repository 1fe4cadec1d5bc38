"""Our ops obey every law on every backend, and each law catches implementations that break it."""

import functools
from types import SimpleNamespace

import numpy as np
import pytest

from wta_np import ops
from wta_np.backend import array_module
from wta_np.testing import laws

ALL = [law for op in ("linear", "relu", "lifetime", "loss") for law in laws.LAWS[op]]


def named(entry):
    return entry.__name__


@pytest.mark.parametrize("law", ALL, ids=named)
def test_our_ops_obey(law, backend):
    law(ops, backend)


def but(**functions):
    """Our ops with some functions replaced by broken ones."""
    return SimpleNamespace(**{**vars(ops), **functions})


def with_mask(lifetime_mask):
    """Our ops with another lifetime_mask, and a lifetime_forward that uses it."""

    def lifetime_forward(h, k):
        mask = lifetime_mask(h, k)
        return h * mask, mask

    return but(lifetime_mask=lifetime_mask, lifetime_forward=lifetime_forward)


def all_ties_win(h, k):
    return h >= np.sort(h, axis=0)[len(h) - k]


def k_off_by_one(h, k):
    return ops.lifetime_mask(h, min(k + 1, len(h)))


def top_k_per_sample(h, k):
    flat = h.reshape(len(h), -1)
    order = np.argsort(-flat, axis=1, kind="stable")
    mask = np.zeros(flat.shape, bool)
    np.put_along_axis(mask, order[:, :k], True, axis=1)
    return mask.reshape(h.shape)


def later_index_wins(h, k):
    return ops.lifetime_mask(h[::-1], k)[::-1]


def smallest_win(h, k):
    return ops.lifetime_mask(-h, k)


def winners_shared_by_all_units(h, k):
    total = h.reshape(len(h), -1).sum(axis=1)
    mask = ops.lifetime_mask(total, k)
    return np.ones(h.shape, bool) & mask.reshape(-1, *[1] * (h.ndim - 1))


def scaled(name, factors):
    """An op whose results are multiplied, one factor each."""

    @functools.wraps(getattr(ops, name))
    def function(*args):
        result = getattr(ops, name)(*args)
        if isinstance(result, tuple):
            return tuple(r * f for r, f in zip(result, factors))
        return result * factors[0]

    return but(**{name: function})


def normalised_linear(x, W, b):
    return ops.linear_forward(x - x.mean(axis=0), W, b)


def bias_mean(dy, x, W):
    dx, dW, db = ops.linear_backward(dy, x, W)
    return dx, dW, db / len(x)


def mean_over_pixels(x_hat, x):
    return float(np.mean((x_hat - x) ** 2)) / 2


MUTANTS = {
    laws.unit_vectors_give_the_weights: {
        "bias forgotten": but(linear_forward=lambda x, W, b: x @ W),
        "bias added twice": but(linear_forward=lambda x, W, b: x @ W + 2 * b),
    },
    laws.samples_do_not_mix: {"batch mean removed": but(linear_forward=normalised_linear)},
    laws.linear_gradients_agree_with_differences: {
        "dW twice": scaled("linear_backward", (1, 2, 1)),
        "dx with the wrong sign": scaled("linear_backward", (-1, 1, 1)),
        "db averaged": but(linear_backward=bias_mean),
    },
    laws.relu_keeps_what_is_positive: {
        "leaky": but(relu_forward=lambda a: np.maximum(a, 0.01 * a)),
        "absolute value": but(relu_forward=np.abs),
    },
    laws.relu_has_no_gradient_at_zero: {
        ">= instead of >": but(relu_backward=lambda dh, a: dh * (a >= 0)),
        "a half": but(relu_backward=lambda dh, a: dh * np.heaviside(a, 0.5)),
    },
    laws.relu_gradient_agrees_with_differences: {
        "all passed": but(relu_backward=lambda dh, a: dh),
        "multiplied by a": but(relu_backward=lambda dh, a: dh * ops.relu_forward(a)),
    },
    laws.k_is_the_floor_of_rate_times_n: {
        "int() of a binary fraction, and zero": but(winners_per_unit=lambda rate, n: int(rate * n)),
        "no lower bound": but(winners_per_unit=lambda rate, n: int(rate * n + 1e-9)),
        "rounded": but(winners_per_unit=lambda rate, n: max(1, round(rate * n))),
        "rounded up": but(winners_per_unit=lambda rate, n: int(np.ceil(rate * n - 1e-9))),
    },
    laws.each_unit_has_exactly_k_winners: {
        "all ties win": with_mask(all_ties_win),
        "k off by one": with_mask(k_off_by_one),
        "top k per sample": with_mask(top_k_per_sample),
    },
    laws.no_loser_beats_a_winner: {
        "smallest win": with_mask(smallest_win),
        "first k win": with_mask(lambda h, k: ops.lifetime_mask(0 * h, k)),
    },
    laws.the_lower_index_wins_a_tie: {"later index wins": with_mask(later_index_wins)},
    laws.units_do_not_compete: {
        "winners shared": with_mask(winners_shared_by_all_units),
        "top k per sample": with_mask(top_k_per_sample),
    },
    laws.losers_are_zero_and_winners_unchanged: {
        "losers kept": but(lifetime_forward=lambda h, k: (h, ops.lifetime_mask(h, k))),
        "winners become one": but(lifetime_forward=lambda h, k: (1.0 * ops.lifetime_mask(h, k),) * 2),
    },
    laws.only_winners_get_gradient: {
        "mask not applied": but(lifetime_backward=lambda dz, mask: dz),
        "one winner left out": but(lifetime_backward=lambda dz, mask: dz * mask * (dz > 1)),
        "winners at zero get none": but(lifetime_forward=lambda h, k: (h, ops.lifetime_mask(h, k) & (h > 0))),
    },
    laws.lifetime_gradient_agrees_with_differences: {
        "mask not applied": but(lifetime_backward=lambda dz, mask: dz),
        "mask inverted": but(lifetime_backward=lambda dz, mask: dz * ~mask),
    },
    laws.the_loss_is_zero_only_for_the_truth: {
        "differences not squared": but(squared_error_forward=lambda x_hat, x: float(np.sum(x_hat - x))),
        "one half added": but(
            squared_error_forward=lambda x_hat, x: 0.5 + ops.squared_error_forward(x_hat, x)
        ),
    },
    laws.the_loss_averages_samples_and_sums_pixels: {
        "summed over samples": scaled("squared_error_forward", (3,)),
        "averaged over pixels": but(squared_error_forward=mean_over_pixels),
        "the half forgotten": scaled("squared_error_forward", (2,)),
    },
    laws.loss_gradient_agrees_with_differences: {
        "1/N missing": but(squared_error_backward=lambda x_hat, x: x_hat - x),
        "the 2 not cancelled": scaled("squared_error_backward", (2,)),
        "sign": scaled("squared_error_backward", (-1,)),
    },
}
CASES = [
    pytest.param(law, m, id=f"{named(law)}: {why}") for law, ms in MUTANTS.items() for why, m in ms.items()
]


@pytest.mark.parametrize(("law", "mutant"), CASES)
def test_each_law_catches(law, mutant):
    with pytest.raises(AssertionError):
        law(mutant)


def test_every_law_has_a_mutant():
    assert set(MUTANTS) == set(ALL)


def test_a_law_catches_an_op_that_leaves_the_device():
    def leaky(a):
        array_module(a)
        return np.maximum(a, 0)

    with pytest.raises(TypeError, match="StrictArray"):
        laws.relu_keeps_what_is_positive(but(relu_forward=leaky), "strict")
