"""The laws of winners that several ranks choose together; the implementation has `shared_lifetime_mask`."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import strategies as st

from wta_np.distributed.simulated import run_ranks
from wta_np.testing.laws.registry import equal, law, require
from wta_np.testing.strategies import batches_with_k


@st.composite
def shared_batches(draw: Any) -> Any:
    """(h, k, sizes): a mini-batch with many ties, and how many rows each of up to four ranks holds, maybe none."""
    h, k = draw(batches_with_k())
    cuts = sorted(draw(st.lists(st.integers(0, len(h)), max_size=3)))
    return h, k, np.diff([0, *cuts, len(h)]).tolist()


FIRST = [  # by hand, the smallest first
    ((np.array(h, float), k, sizes),)
    for h, k, sizes in (
        ([[1]], 1, [1]),
        ([[1], [2]], 1, [1, 1]),
        ([[2], [2]], 1, [1, 1]),
        ([[2], [2]], 1, [0, 2]),
        ([[1], [3], [2], [3]], 1, [2, 2]),
        ([[1], [3], [2], [3]], 3, [3, 1]),
    )
]


def _run(ops, h, k, sizes):
    """The whole mask that the ranks find, and the ranks."""
    starts = np.cumsum([0, *sizes])

    def work(ranks):
        own = h[starts[ranks.rank] : starts[ranks.rank + 1]]
        return ops.shared_lifetime_mask(own, k, sizes, ranks), ranks

    masks, ranks = zip(*run_ranks(len(sizes), work))
    return np.concatenate(masks), ranks


@law("shared", shared_batches(), first=FIRST)
def ranks_choose_the_winners_of_one_process(ops, case):
    """Together the ranks choose the k largest of each unit in the mini-batch, among equals the lower sample."""
    h, k, sizes = case
    mask, _ = _run(ops, h, k, sizes)
    order = np.argsort(-h, axis=0, kind="stable")  # the lower sample first among equals
    equal(mask, np.argsort(order, axis=0) < k, f"winners, k = {k}, rows on the ranks {sizes}")


@law("shared", shared_batches(), first=FIRST)
def a_rank_sends_no_more_than_its_candidates(ops, case):
    """A rank sends min(k, its rows) numbers for each unit, in one collective call, and nothing if it is alone."""
    h, k, sizes = case
    _, ranks = _run(ops, h, k, sizes)
    for own, n in zip(ranks, sizes):
        calls = sum(kind.calls for kind in own.traffic.values())
        sent = sum(kind.bytes for kind in own.traffic.values())
        allowed = 0 if len(sizes) == 1 else min(k, n) * h[0].size * h.itemsize
        require(calls == (len(sizes) > 1), f"rank {own.rank} of {len(sizes)} makes {calls} collective calls")
        require(
            sent <= allowed,
            f"rank {own.rank} with {n} rows sends {sent} bytes for k = {k}, not {allowed} or less",
        )
