"""The last exercise: an FC-WTA trained by the student's own code, judged by what its weights do.

How they train is theirs: the grader hands in digits, gets weights back, and encodes and decodes other digits
with them, under the constraint, in mini-batches of 100.
"""

from __future__ import annotations

import functools
import re
from types import SimpleNamespace
from typing import Any

import numpy as np

from wta_np import ops
from wta_np.data import load
from wta_np.grading.sandbox.process import Hopeless
from wta_np.testing.laws.registry import equal, require

UNITS, LIFETIME, BATCH = 100, 0.05, 100
SHARE = 0.5  # of the error that the mean image makes: what a trained model has to stay below
ALIVE = 80  # units of UNITS that have to win on some digit
LARGE = 1e6  # a weight that no training reaches unless it diverges
DIVERGED = "the training diverged: is the gradient divided by N, and is the learning rate small enough?"
SLOW = "does a loop not end, or are there too many epochs?"


@functools.cache
def digits() -> Any:
    """1,000 digits to train on and 500 others, 14 x 14 pixels, as rows: (1000, 196) and (500, 196)."""
    data = load("sample")
    return tuple(
        x.astype(float).reshape(-1, 14, 2, 14, 2).mean(axis=(2, 4)).reshape(-1, 196)
        for x in (data.x_train[:1000], data.x_test[:500])
    )


def trained_once(impl: Any) -> Any:
    """The implementation with ``weights()`` and ``short(seed)``, that train at the first call and remember."""

    def train(*arguments):
        try:
            return tuple(w.astype(float) for w in impl.train(*arguments))
        except Hopeless as error:
            if re.search("returned (nan|-?inf) in", str(error)):
                raise Hopeless(f"{error}; {DIVERGED}") from None
            raise

    weights = functools.cache(lambda: train(digits()[0], UNITS, LIFETIME, 0))
    short = functools.cache(lambda seed: train(*few(seed)))
    return SimpleNamespace(**{**vars(impl), "train": train, "weights": weights, "short": short})


def atoms(functions: Any) -> Any:
    """The decoder's atoms after a training, (UNITS, 196), and the shape of each as an image."""
    return functions.train(digits()[0], UNITS, LIFETIME, 0)[2].astype(float), (14, 14, 1)


def few(seed: Any) -> Any:
    """Arguments of a short training of 5 units: 300 digits, so that their order in mini-batches matters."""
    return digits()[0][:300], 5, LIFETIME, seed


def _finished(impl):
    """The weights; AssertionError if they are so large that the training diverged."""
    weights = impl.weights()
    largest = max(np.abs(w).max() for w in weights)
    require(largest < LARGE, f"the weights grew to {largest:.2g}; {DIVERGED}")
    return weights


def _codes(weights, share=LIFETIME):
    """For every mini-batch of the other digits: the digits and their sparse code."""
    W, b, _, _ = weights
    for start in range(0, len(digits()[1]), BATCH):
        x = digits()[1][start : start + BATCH]
        h = ops.relu_forward(ops.linear_forward(x, W, b))
        yield x, ops.lifetime_forward(h, ops.winners_per_unit(share, len(x)))[0]


def _alive(weights):
    """Which units win with a positive activation on some of the other digits, (UNITS,)."""
    return sum((z > 0).sum(axis=0) for _, z in _codes(weights)) > 0


def new_digits_are_reconstructed(impl: Any) -> None:
    """The error on digits not trained on is below half of that of the mean image."""
    weights = _finished(impl)
    mean = digits()[0].mean(axis=0)
    of_mean = [ops.squared_error_forward(np.tile(mean, (len(x), 1)), x) for x, _ in _codes(weights)]
    error, others = _error(weights), np.mean(of_mean)
    limit, guess = SHARE * others, ": worse than the mean image" if error > others else ""
    cause = _cause(weights, mean, error) if error >= limit else ""
    if cause:
        guess += f"; {cause}"
    elif not guess and error < 1.5 * limit and _alive(weights).sum() >= ALIVE:
        guess = ": more epochs, or a larger learning rate?"
    require(
        error < limit,
        f"the squared error, 1/(2N) sum of all, is {error:.4g} on new digits, expected below {limit:.4g} "
        f"(the mean image makes {others:.4g}){guess}",
    )


def _error(weights, share=LIFETIME):
    """The mean squared error of the other digits, a share of each mini-batch winning for each unit."""
    codes = _codes(weights, share)
    return np.mean([ops.squared_error_forward(ops.linear_forward(z, *weights[2:]), x) for x, z in codes])


def _cause(weights, mean, error):
    """What usual mistake in the training weights show that reconstruct badly; empty if none is seen."""
    b_dec = weights[3]
    if not b_dec.any():
        return "b_dec is still zero everywhere: does the decoder learn?"
    if b_dec @ mean < -0.5 * np.linalg.norm(b_dec) * np.linalg.norm(mean):
        return "b_dec went away from the mean image: do the steps go up the gradient?"
    more = 10 * LIFETIME  # as many winners as there were if k were that of the 1,000 digits
    with_more = _error(weights, more)
    if with_more < 0.5 * error:
        return (
            f"if {more:.0%} of each mini-batch win the error is {with_more:.4g}: did more win in training? "
            "k is lifetime times the samples of a mini-batch, not of the whole data set, and counts for each unit"
        )
    return ""


def most_units_are_alive(impl: Any) -> None:
    """At least 80 of the 100 units win with a positive activation on some of the new digits."""
    weights = _finished(impl)
    alive = _alive(weights).sum()
    require(
        weights[0].any(),
        "no unit is ever active: W_enc is zero everywhere, where ReLU lets no gradient through; "
        "begin with small random weights",
    )
    require(alive, "no unit is ever active: did the weights begin too large, or was a step too large?")
    require(
        alive >= ALIVE,
        f"{alive} of {UNITS} units are ever active, expected at least {ALIVE}: the others are dead; "
        "was a step too large, or did the weights begin too large?",
    )


def the_same_seed_gives_the_same_weights(impl: Any) -> None:
    """All that is random comes from the seed."""
    for seed in (0, 1):
        again = impl.train(*few(seed))
        for name, a, b in zip(("W_enc", "b_enc", "W_dec", "b_dec"), impl.short(seed), again):
            equal(
                a,
                b,
                f"{name} of a second training with seed {seed} (is every random number drawn with seed, the order of "
                "the samples too, and is nothing remembered from the call before?)",
            )


def another_seed_gives_other_weights(impl: Any) -> None:
    """What is random differs from seed to seed."""
    same = all(np.array_equal(a, b) for a, b in zip(impl.short(0), impl.short(1)))
    require(not same, "seeds 0 and 1 gave the same weights: is seed used?")


LAWS = [
    the_same_seed_gives_the_same_weights,
    another_seed_gives_other_weights,
    new_digits_are_reconstructed,
    most_units_are_alive,
]
