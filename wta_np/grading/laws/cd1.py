"""Laws of the exercise on contrastive divergence. What students get wrong is tried, to name it."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import strategies as st

from wta_np import ops
from wta_np.backend import Array
from wta_np.grading.laws.dense import SEEDS
from wta_np.testing.laws.registry import equal, given

SILENT, SURE = 1 - 1e-12, 1e-12  # a uniform number that makes a unit 0, or 1, whatever its probability
STATISTICS = ("dW", "db_v", "db_h")


def statistics(v: Array, hidden: Any, seen: Any, hidden_again: Any) -> Any:
    """Negative phase minus positive phase, averaged."""
    n = len(v)
    return (
        (seen.T @ hidden_again - v.T @ hidden) / n,
        (seen - v).mean(axis=0),
        (hidden_again - hidden).mean(axis=0),
    )


def _below(u, p):
    """A sample of probabilities p: 1 where the uniform number is below."""
    return (u < p).astype(float)


def chain(
    v: Array,
    W: Array,
    b_v: Array,
    b_h: Array,
    u_h: Any,
    u_v: Any,
    sample: Any = _below,
    h_is_p: bool = False,
    v_is_p: bool = False,
) -> Any:
    """p, h, v', q of one step; with what students do instead of sampling."""
    p = ops.sigmoid(v @ W + b_h)
    h = p if h_is_p else sample(u_h, p)
    back = ops.sigmoid(h @ W.T + b_v)
    seen = back if v_is_p else sample(u_v, back)
    return p, h, seen, ops.sigmoid(seen @ W + b_h)


def _mistakes(v, W, b_v, b_h, u_h, u_v):
    """What students make of the statistics: words, and what comes out."""
    inputs = v, W, b_v, b_h, u_h, u_v
    p, h, seen, q = chain(*inputs)
    right = statistics(v, p, seen, q)
    yield "v' has to be a sample, drawn with u_v, not its probabilities", _of(chain(*inputs, v_is_p=True), v)
    yield (
        "the way down has to begin at a sample h, drawn with u_h, not at p",
        _of(chain(*inputs, h_is_p=True), v),
    )
    nothing = chain(*inputs, h_is_p=True, v_is_p=True)
    yield "h and v' have to be samples, drawn with u_h and u_v, not probabilities", _of(nothing, v)
    turned = chain(*inputs, sample=lambda u, p: (u > p).astype(float))
    yield "a unit is 1 where its number is below its probability, not above", _of(turned, v)
    rounded = chain(*inputs, sample=lambda u, p: (p > 0.5).astype(float))
    yield "h and v' have to be drawn with the numbers u_h and u_v, not rounded", _of(rounded, v)
    yield "the averages are over the N samples, and these are sums", tuple(len(v) * part for part in right)
    yield "q has to be computed from v', and this is p again", statistics(v, p, seen, p)
    yield "in the averages stand the probabilities p and q, not the sample h", statistics(v, h, seen, q)


def _of(chain_, v):
    p, _, seen, q = chain_
    return statistics(v, p, seen, q)


def what_is_wrong(impl: Any) -> Any:
    """Which of the usual mistakes an implementation makes, at a point where all of them differ; otherwise nothing."""
    rng = np.random.default_rng(0)
    v = (rng.random((6, 5)) < 0.5).astype(float)
    machine = rng.normal(size=(5, 4)), rng.normal(size=5), rng.normal(size=4)
    inputs = v, *machine, rng.random((6, 4)), rng.random((6, 5))
    found = impl.cd1_statistics(*inputs)

    def like(expected, sign):
        return all(np.allclose(a, sign * b, rtol=1e-6, atol=1e-9) for a, b in zip(found, expected))

    sign = "the sign: a gradient is the negative phase, v' and q, minus the positive phase, v and p"
    if like(_of(chain(*inputs), v), -1):
        return sign
    for words, expected in _mistakes(*inputs):
        if like(expected, 1):
            return words
        if like(expected, -1):
            return f"{sign}; and {words}"
    return ""


def _chains(law):
    """A law of ``cd1(u_h, u_v)`` -> dict of statistics, at machines and data that are drawn."""

    def check_all(impl):
        hint = what_is_wrong(impl)

        @given(SEEDS, st.tuples(*[st.integers(1, 4)] * 3))
        def check(seed, lengths):
            n, d, m = lengths
            rng = np.random.default_rng(seed)
            v = (rng.random((n, d)) < 0.5).astype(float)
            machine = rng.normal(size=(d, m)), rng.normal(size=d), rng.normal(size=m)

            def compare(u_h, u_v, seen, where):
                u_h, u_v = np.broadcast_to(u_h, (n, m)).copy(), np.broadcast_to(u_v, (n, d)).copy()
                found = impl.cd1_statistics(v, *machine, u_h, u_v)
                p, q = (ops.sigmoid(visible @ machine[0] + machine[2]) for visible in (v, seen))
                for name, value, expected in zip(STATISTICS, found, statistics(v, p, seen, q)):
                    try:
                        equal(value, expected, f"{name} {where}")
                    except AssertionError as error:
                        raise AssertionError(f"{error}; {hint}" if hint else str(error)) from None

            law(compare, v, *machine, rng)

        check()

    check_all.__name__, check_all.__doc__ = law.__name__, law.__doc__
    return check_all


@_chains
def the_positive_phase_lowers_the_energy_of_the_data(
    compare: Any, v: Array, W: Array, b_v: Array, b_h: Array, rng: Any
) -> None:
    """If no visible unit comes back on, dW is minus the mean of v p, with probabilities p."""
    compare(SURE, SILENT, 0 * v, "where no visible unit comes back on")


@_chains
def the_negative_phase_raises_the_energy_of_what_came_back(
    compare: Any, v: Array, W: Array, b_v: Array, b_h: Array, rng: Any
) -> None:
    """If every visible unit comes back on, the statistics of all ones are added."""
    compare(SILENT, SURE, 0 * v + 1, "where every visible unit comes back on")


@_chains
def the_chain_goes_down_from_a_sample(
    compare: Any, v: Array, W: Array, b_v: Array, b_h: Array, rng: Any
) -> None:
    """What comes back is drawn given hidden units that are 0 or 1, not given their probabilities."""
    for u_h, h in ((SURE, 1.0), (SILENT, 0.0)):
        u_v = rng.random(v.shape)
        seen = _below(u_v, ops.sigmoid(np.full((len(v), len(b_h)), h) @ W.T + b_v))
        compare(u_h, u_v, seen, f"where every hidden unit is {h:g}")


@_chains
def one_step_of_the_chain_as_a_whole(
    compare: Any, v: Array, W: Array, b_v: Array, b_h: Array, rng: Any
) -> None:
    """Up, sample, down, sample, up: all of it with uniform numbers of any size."""
    u_h, u_v = rng.random((len(v), len(b_h))), rng.random(v.shape)
    _, _, seen, _ = chain(v, W, b_v, b_h, u_h, u_v)
    compare(u_h, u_v, seen, "after one step of the chain")
