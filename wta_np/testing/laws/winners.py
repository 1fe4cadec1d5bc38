"""The laws of the CONV-WTA code as a list of winners."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
from hypothesis import strategies as st

from wta_np.backend import to_backend, to_numpy
from wta_np.testing.laws.registry import equal, given, law
from wta_np.testing.strategies_conv import feature_maps, feature_maps_with_k, untied_maps


def _winners(impl, h, k, backend):
    """The winners that `impl` selects, on the host."""
    code = impl.select_winners(to_backend(h, backend), k)
    lists = {name: to_numpy(getattr(code, name)) for name in ("n", "y", "x", "f", "value", "rows")}
    return SimpleNamespace(**lists, dense=to_numpy(code.dense()), shape=code.shape, size=len(code))


@law("winners")
def winners_are_the_masks_nonzeros(impl, backend="numpy"):
    """The list holds each place of spatial mask and lifetime mask once, with its value."""

    @given(feature_maps_with_k())
    def check(case):
        h, k = case
        code = _winners(impl, h, k, backend)
        flat = h.reshape(len(h), -1, h.shape[3])
        best = flat.max(axis=1)  # (N, F)
        first = flat.argmax(axis=1)
        rank = np.argsort(np.argsort(-best, axis=0, kind="stable"), axis=0)  # lower sample first among equals
        expected = sorted((n, first[n, f], f) for n, f in np.argwhere(rank < k))
        found = sorted(zip(code.n, code.y * h.shape[2] + code.x, code.f))
        equal(found, expected, "winners (n, y W + x, f)")
        equal(code.value, h[code.n, code.y, code.x, code.f], "a winner's value is h at its place")

    check()


@law("winners")
def winners_describe_their_dense_code(impl, backend="numpy"):
    """dense() holds the values at their places and zero elsewhere, and rows are n H W + y W + x."""

    @given(feature_maps_with_k())
    def check(case):
        h, k = case
        code = _winners(impl, h, k, backend)
        dense = np.zeros(h.shape)
        dense[code.n, code.y, code.x, code.f] = code.value
        equal(code.dense, dense, "dense() should hold the values at their places")
        assert tuple(code.shape) == h.shape and code.size == len(code.value)
        equal(code.rows, np.ravel_multi_index((code.n, code.y, code.x), h.shape[:3]), "rows")

    check()


@law("winners")
def each_map_has_at_most_k_positive_winners(impl, backend="numpy"):
    """At most k entries of a map are positive in the whole mini-batch, at most one in an image."""

    @given(feature_maps_with_k())
    def check(case):
        h, k = case
        positive = _winners(impl, h, k, backend).dense > 0
        assert positive.sum(axis=(0, 1, 2)).max() <= k, f"a map wins more than k = {k} times"
        assert positive.sum(axis=(1, 2)).max() <= 1, "a map wins twice in one image"

    check()


@law("winners")
def k_equal_to_n_is_spatial_sparsity_alone(impl, backend="numpy"):
    """With k = N, and with k = None, the code is that of each sample's own spatial winners."""

    @given(feature_maps())
    def check(h):
        alone = [_winners(impl, h[n : n + 1], 1, backend).dense[0] for n in range(len(h))]
        for k in (len(h), None):
            code = _winners(impl, h, k, backend)
            equal(code.dense, alone, f"code for k = {k} of {len(h)}")
            equal(code.size, len(h) * h.shape[3], f"number of winners for k = {k} of {len(h)}")

    check()


@law("winners")
def permuting_samples_permutes_the_code(impl, backend="numpy"):
    """Without ties, samples in another order give the same code in that order."""

    @given(untied_maps(), st.integers(0, 99))
    def check(h, seed):
        order = np.random.default_rng(seed).permutation(len(h))
        for k in range(1, len(h) + 1):
            code = _winners(impl, h, k, backend).dense
            equal(
                _winners(impl, h[order], k, backend).dense, code[order], "the code should follow its samples"
            )

    check()


@law("winners")
def winners_come_by_map_then_by_sample(impl, backend="numpy"):
    """The list is in the order of maps, and within a map of samples."""

    @given(feature_maps_with_k())
    def check(case):
        h, k = case
        code = _winners(impl, h, k, backend)
        assert np.all(np.diff(code.f * len(h) + code.n) > 0), "winners should come by map, then by sample"

    check()
