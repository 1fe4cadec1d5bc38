"""Lifetime sparsity across processes: who wins in a mini-batch of which each rank holds some rows.

A unit's winners are its k largest activations in the whole mini-batch, the lower sample first among equals
(`wta_np.ops.lifetime_mask`). Let rank r hold the rows after those of rank r - 1, n_r of them. Then:

1. A winner is among the best k of its own rank. If k rows of its rank were better, k rows of the mini-batch were.
   So each rank names its best ``c_r = min(k, n_r)`` rows of each unit, its candidates, and every winner is one of them.
2. Candidates keep their order: those of rank 0 first, and on each rank by row. This is the order of samples, so the
   lower place among candidates is the lower sample.
3. So the k best of all candidates, the first among equals, are the k best of the mini-batch, the first among equals.

All ranks do step 3 on the same numbers, and need no further word. A rank sends c_r M numbers for M units, at most k M
and not the n_r M of its activations; no index is sent, since the order says it. It gets ``sum of c_r`` numbers a unit,
at most N: with more than N / k ranks, whose n_r are below k, all activations travel, and each rank sorts them all.
For CONV-WTA a unit is a map, and its candidates are its spatial winners, one of each image; their places stay where
they are, because only the rank that has the image needs them.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from wta_np._utils.validation import check_arrays, check_int
from wta_np.distributed.ranks import Ranks
from wta_np.ops.lifetime import lifetime_mask


def shared_lifetime_mask(h: Any, k: int, sizes: Sequence[int], ranks: Ranks) -> Any:
    """The rows of this rank in the `lifetime_mask` of a mini-batch that several ranks hold.

    All ranks have to call it. One call of `Ranks.gather`; with one rank, none.

    Parameters
    ----------
    h : ndarray, shape (n_r, ...)
        Activations of the rows that are here, maybe none. Every axis but the first counts units.
    k : int in [1, N]
        Winners per unit in the mini-batch of ``N = sum(sizes)`` rows.
    sizes : sequence of int
        Rows on each rank, in the order of ranks, which is that of the samples.
    ranks : Ranks

    Returns
    -------
    mask : ndarray of bool, the shape of h
        Over all ranks exactly k True for each unit.

    Raises
    ------
    TypeError, ValueError
        As `lifetime_mask`. NaN on one rank raises on all.

    Examples
    --------
    >>> import numpy
    >>> from wta_np.distributed import run_ranks
    >>> h = numpy.array([[1.0], [3.0], [2.0], [3.0]])
    >>> parts = [h[:3], h[3:]]
    >>> run_ranks(2, lambda ranks: shared_lifetime_mask(parts[ranks.rank], 1, [3, 1], ranks).ravel().tolist())
    [[False, True, False], [False]]
    """
    xp = check_arrays(h=(h, "N ..."))
    if len(sizes) != ranks.size or len(h) != sizes[ranks.rank]:
        raise ValueError(f"h has {len(h)} rows and sizes is {list(sizes)}, expected those of each rank")
    k = check_int("k", k, 1, sum(sizes))
    if ranks.size == 1:
        return lifetime_mask(h, k)
    flat = h.reshape(len(h), math.prod(h.shape[1:]))  # (n_r, M)
    units = flat.shape[1]
    n_candidates = [min(k, n) for n in sizes]  # of each unit on each rank
    unit, row, values = _candidates(xp, flat, n_candidates[ranks.rank])
    blocks = ranks.gather(values, [units * n for n in n_candidates])
    rivals = xp.concatenate([b.reshape(units, n) for b, n in zip(blocks, n_candidates)], axis=1)
    won = lifetime_mask(rivals.T, k)  # (sum of n_candidates, M)
    first = sum(n_candidates[: ranks.rank])
    mask = xp.zeros(flat.shape, dtype=bool)
    mask[row, unit] = won[first : first + n_candidates[ranks.rank]].T.reshape(-1)
    return mask.reshape(h.shape)


def _candidates(xp, h, n):
    """The best n rows of each unit, by unit and then by row: units, rows, and activations, each of shape (M n,)."""
    try:
        mask = lifetime_mask(h, n) if 0 < n < len(h) else xp.ones(h.shape, dtype=bool)
        unit, row = xp.nonzero(mask.T)
        return unit, row, h[row, unit]
    except ValueError:  # NaN: sent, so that all ranks raise
        unit, row = xp.nonzero(xp.ones((h.shape[1], n), dtype=bool))
        return unit, row, xp.full(len(unit), math.nan, dtype=h.dtype)
