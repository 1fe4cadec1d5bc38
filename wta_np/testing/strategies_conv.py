"""Random images, filters, codes and windows for the laws: small, awkward, and quick to shrink."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from wta_np.testing.strategies import FEW

ODD = st.sampled_from([1, 3, 5])


def floats(seed: Any, *shape: Any) -> Any:
    """Values without ties, from a drawn seed: hypothesis chooses shapes and awkward values, not noise."""
    return np.random.default_rng(seed).normal(size=shape)


def numbered(shape: Any) -> Any:
    """1, 2, 3, ... in an array of that shape: what a reader can follow."""
    return 1.0 + np.arange(np.prod(shape)).reshape(shape)


SEEDS = st.integers(0, 9999)


@st.composite
def images(draw: Any) -> Any:
    """ndarray (N, H, W, C), maps as small as one pixel."""
    return floats(
        draw(SEEDS), *draw(st.tuples(*[st.integers(n, m) for n, m in ((1, 3), (1, 6), (1, 6), (1, 3))]))
    )


@st.composite
def windows(draw: Any) -> Any:
    """(x, kh, kw, rows): images, an odd window, and rows of which some may repeat."""
    x = draw(images())
    rows = draw(st.lists(st.integers(0, x[..., 0].size - 1), max_size=8))
    return x, draw(ODD), draw(ODD), np.array(rows, int)


FEW_WINDOWS = [  # cases of windows, from the smallest: pixels 1, 2, 3, ...
    ((numbered(shape), kh, kw, np.array([0])),)
    for shape, kh, kw in (
        ((1, 1, 2, 1), 1, 1),
        ((1, 2, 2, 1), 1, 1),
        ((2, 1, 1, 2), 1, 1),
        ((1, 1, 2, 1), 1, 3),
        ((1, 2, 1, 1), 3, 1),
        ((1, 1, 1, 2), 1, 3),
        ((1, 2, 2, 1), 3, 3),
        ((1, 3, 3, 1), 3, 3),
    )
]


@st.composite
def conv_layers(draw: Any) -> Any:
    """(x, W, b) of a convolution, of few and of many channels."""
    x = draw(images())
    kh, kw, f, seed = draw(ODD), draw(ODD), draw(st.integers(1, 3)), draw(SEEDS)
    return x, floats(seed, kh, kw, x.shape[3], f), floats(seed + 1, f)


@st.composite
def feature_maps(draw: Any) -> Any:
    """h (N, H, W, F) after ReLU with many ties, some maps zero everywhere."""
    shape = draw(st.tuples(st.integers(1, 4), st.integers(1, 3), st.integers(1, 4), st.integers(1, 3)))
    return np.maximum(draw(arrays(np.float64, shape, elements=FEW)), 0)


FEW_PIXELS = [  # cases of feature_maps, from the smallest: one map, maps and images side by side, ties
    (np.array(values, float).reshape(shape),)
    for values, shape in (
        ([1, 2], (1, 1, 2, 1)),
        ([1, 4, 2, 3], (1, 1, 2, 2)),
        ([1, 2, 4, 3], (2, 1, 2, 1)),
        ([0, 0], (1, 1, 2, 1)),
        ([0, 1, 1, 0], (1, 2, 2, 1)),
    )
]


@st.composite
def feature_maps_with_k(draw: Any) -> Any:
    """(h, k) with 1 <= k <= N."""
    h = draw(feature_maps())
    return h, draw(st.integers(1, len(h)))


@st.composite
def untied_maps(draw: Any) -> Any:
    """h (N, H, W, F) where no two activities are close and none is near zero."""
    shape = draw(st.tuples(st.integers(1, 3), st.integers(1, 4), st.integers(1, 4), st.integers(1, 2)))
    order = np.random.default_rng(draw(SEEDS)).permutation(int(np.prod(shape)))
    return (order.reshape(shape) + 1) / 8


@st.composite
def codes(draw: Any) -> Any:
    """(h, k, D, b): maps to choose winners from, and a decoder."""
    h, k = draw(feature_maps_with_k())
    kh, kw, c, seed = draw(ODD), draw(ODD), draw(st.integers(1, 2)), draw(SEEDS)
    return h, k, floats(seed, h.shape[3], kh, kw, c), floats(seed + 1, c)


@st.composite
def pools(draw: Any) -> Any:
    """(size, stride) that fit maps of 5 x 6, and such maps with many ties."""
    x = draw(arrays(np.float64, (draw(st.integers(1, 2)), 5, 6, 2), elements=FEW))
    return x, draw(st.integers(1, 5)), draw(st.integers(1, 5))
