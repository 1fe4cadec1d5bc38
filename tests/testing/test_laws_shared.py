"""Winners chosen by several ranks obey the laws on every backend, and each law catches what breaks it."""

from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import Phase, settings

from wta_np import distributed, ops
from wta_np.testing import laws
from wta_np.testing.laws.registry import examples

ALL = laws.LAWS["shared"]


@pytest.mark.parametrize("law", ALL, ids=lambda law: law.__name__)
def test_our_winners_obey(law, backend):
    law(distributed, backend)


def gathered(h, ranks, sizes):
    flat = h.reshape(len(h), int(np.prod(h.shape[1:])))
    lengths = [n * int(np.prod(h.shape[1:])) for n in sizes]
    return [block.reshape(n, flat.shape[1]) for block, n in zip(ranks.gather(flat.ravel(), lengths), sizes)]


def all_activations_travel(h, k, sizes, ranks):
    start = sum(sizes[: ranks.rank])
    whole = ops.lifetime_mask(np.concatenate(gathered(h, ranks, sizes)), k)
    return whole[start : start + len(h)].reshape(h.shape)


def each_rank_chooses_alone(h, k, sizes, ranks):
    return ops.lifetime_mask(h, min(k, len(h))) if len(h) else np.zeros(h.shape, bool)


def each_rank_gets_its_share_of_k(h, k, sizes, ranks):
    k = k // ranks.size + (ranks.rank < k % ranks.size)
    return ops.lifetime_mask(h, min(k, len(h))) if min(k, len(h)) else np.zeros(h.shape, bool)


def ties_go_to_the_last_rank(h, k, sizes, ranks):
    blocks = gathered(h, ranks, sizes)[::-1]
    whole = np.split(ops.lifetime_mask(np.concatenate(blocks), k), np.cumsum(sizes[::-1])[:-1])[::-1]
    return whole[ranks.rank].reshape(h.shape)


def all_ties_win(h, k, sizes, ranks):
    whole = np.sort(np.concatenate(gathered(h, ranks, sizes)), axis=0)
    return h >= whole[-k].reshape(h.shape[1:])  # shapes (n, ...) and (...)


def one_candidate_is_missing(h, k, sizes, ranks):
    """A rank sends k - 1 candidates: right unless all winners are on one rank."""
    fewer = h.copy()
    if 1 < k <= len(h):
        fewer[~ops.lifetime_mask(h, k - 1)] = -np.inf
    return all_activations_travel(fewer, k, sizes, ranks)


def two_calls(h, k, sizes, ranks):
    if ranks.size > 1:
        ranks.gather_texts("")
    return distributed.shared_lifetime_mask(h, k, sizes, ranks)


MUTANTS = [
    (each_rank_chooses_alone, "ranks_choose_the_winners_of_one_process"),
    (each_rank_gets_its_share_of_k, "ranks_choose_the_winners_of_one_process"),
    (ties_go_to_the_last_rank, "ranks_choose_the_winners_of_one_process"),
    (all_ties_win, "ranks_choose_the_winners_of_one_process"),
    (one_candidate_is_missing, "ranks_choose_the_winners_of_one_process"),
    (all_activations_travel, "a_rank_sends_no_more_than_its_candidates"),
    (two_calls, "a_rank_sends_no_more_than_its_candidates"),
]


@pytest.mark.parametrize("mutant, name", MUTANTS, ids=lambda value: getattr(value, "__name__", value))
def test_the_law_catches(mutant, name):
    quick = settings(
        database=None, derandomize=True, max_examples=200, phases=[Phase.explicit, Phase.generate]
    )
    with examples(quick), pytest.raises(AssertionError):
        getattr(laws, name)(SimpleNamespace(shared_lifetime_mask=mutant))


def test_every_law_has_a_mutant():
    assert {law.__name__ for law in ALL} == {name for _, name in MUTANTS}
