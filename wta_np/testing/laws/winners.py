"""The laws of the CONV-WTA code as a list of winners."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
from hypothesis import strategies as st

from wta_np.backend import to_numpy
from wta_np.testing.laws.registry import equal, law, require
from wta_np.testing.strategies_conv import feature_maps, feature_maps_with_k, untied_maps


def _winners(ops, h, k):
    """The winners that `ops` selects, on the host."""
    code = ops.select_winners(h, k)
    lists = {name: to_numpy(getattr(code, name)) for name in ("n", "y", "x", "f", "value", "rows")}
    return SimpleNamespace(**lists, dense=to_numpy(code.dense()), shape=code.shape, size=len(code))


@law("winners", feature_maps_with_k())
def winners_are_the_masks_nonzeros(ops, case):
    """The list holds each place of spatial mask and lifetime mask once, with its value."""
    h, k = case
    code = _winners(ops, h, k)
    flat = h.reshape(len(h), -1, h.shape[3])
    best = flat.max(axis=1)  # (N, F)
    first = flat.argmax(axis=1)
    rank = np.argsort(np.argsort(-best, axis=0, kind="stable"), axis=0)  # lower sample first among equals
    expected = sorted((n, first[n, f], f) for n, f in np.argwhere(rank < k))
    found = sorted(zip(code.n, code.y * h.shape[2] + code.x, code.f))
    equal(found, expected, "winners (n, y W + x, f)")
    equal(code.value, h[code.n, code.y, code.x, code.f], "a winner's value is h at its place")


@law("winners", feature_maps_with_k())
def winners_describe_their_dense_code(ops, case):
    """dense() holds the values at their places and zero elsewhere, and rows are n H W + y W + x."""
    h, k = case
    code = _winners(ops, h, k)
    dense = np.zeros(h.shape)
    dense[code.n, code.y, code.x, code.f] = code.value
    equal(code.dense, dense, "dense() should hold the values at their places")
    sizes = tuple(code.shape), code.size
    require(sizes == (h.shape, len(code.value)), f"shape and length of the code are {sizes}")
    equal(code.rows, np.ravel_multi_index((code.n, code.y, code.x), h.shape[:3]), "rows")


@law("winners", feature_maps_with_k())
def each_map_has_at_most_k_positive_winners(ops, case):
    """At most k entries of a map are positive in the whole mini-batch, at most one in an image."""
    h, k = case
    positive = _winners(ops, h, k).dense > 0
    require(positive.sum(axis=(0, 1, 2)).max() <= k, f"a map wins more than k = {k} times")
    require(positive.sum(axis=(1, 2)).max() <= 1, "a map wins twice in one image")


@law("winners", feature_maps())
def k_equal_to_n_is_spatial_sparsity_alone(ops, h):
    """With k = N, and with k = None, the code is that of each sample's own spatial winners."""
    alone = [_winners(ops, h[n : n + 1], 1).dense[0] for n in range(len(h))]
    for k in (len(h), None):
        code = _winners(ops, h, k)
        equal(code.dense, alone, f"code for k = {k} of {len(h)}")
        equal(code.size, len(h) * h.shape[3], f"number of winners for k = {k} of {len(h)}")


@law("winners", untied_maps(), st.integers(0, 99))
def permuting_samples_permutes_the_code(ops, h, seed):
    """Without ties, samples in another order give the same code in that order."""
    order = np.random.default_rng(seed).permutation(len(h))
    for k in range(1, len(h) + 1):
        code = _winners(ops, h, k).dense
        equal(_winners(ops, h[order], k).dense, code[order], "the code should follow its samples")


@law("winners", feature_maps_with_k())
def winners_come_by_map_then_by_sample(ops, case):
    """The list is in the order of maps, and within a map of samples."""
    h, k = case
    code = _winners(ops, h, k)
    require(np.all(np.diff(code.f * len(h) + code.n) > 0), "winners should come by map, then by sample")
