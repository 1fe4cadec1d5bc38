"""Random inputs for the laws, as hypothesis strategies: small, awkward, and quick to shrink."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

FEW = st.integers(-2, 4).map(lambda i: i / 2)  # few distinct values: many ties
MANY = st.integers(-4000, 4000).map(lambda i: i / 1000)


def matrices(n: Any = None, m: Any = None, values: Any = MANY, dtype: Any = np.float64) -> Any:
    """ndarray (n, m); lengths that are not given are drawn from 1 to 6."""
    lengths = st.tuples(*(st.just(i) if i else st.integers(1, 6) for i in (n, m)))
    return lengths.flatmap(lambda shape: arrays(dtype, shape, elements=values))


@st.composite
def dense_layers(draw: Any) -> Any:
    """(x, W, b) that fit together."""
    n, d, m = draw(st.tuples(*[st.integers(1, 5)] * 3))
    return tuple(draw(arrays(np.float64, shape, elements=MANY)) for shape in ((n, d), (d, m), (m,)))


@st.composite
def batches_with_k(draw: Any, values: Any = FEW) -> Any:
    """(h, k): activations of one or more axes of units, with many ties, and 1 <= k <= N."""
    n = draw(st.integers(1, 8))
    units = draw(st.lists(st.integers(1, 4), min_size=1, max_size=2))
    h = draw(arrays(np.float64, (n, *units), elements=values))
    return h, draw(st.integers(1, n))


FEW_ROWS = [  # cases of batches_with_k, from the smallest
    ((np.array(h, float), k),)
    for h, k in (
        ([[0]], 1),
        ([[1, 4]], 1),
        ([[1], [2]], 1),
        ([[0], [0]], 1),
        ([[1], [3], [2]], 2),
        ([[1, 4], [2, 3]], 1),
    )
]


@st.composite
def untied_batches_with_k(draw: Any) -> Any:
    """(h, k) where no two activations of a unit are equal or close, and none is near zero."""
    n, m = draw(st.integers(1, 8)), draw(st.integers(1, 4))
    columns = [draw(st.permutations(range(-2, n - 2))) for _ in range(m)]
    return (np.array(columns, float).T + 0.25).reshape(n, m), draw(st.integers(1, n))
