"""Laws of the exercises on stacking, on what a device costs, on the relatives, and on pooling: 16 to 19."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import strategies as st

from wta_np import ops
from wta_np.backend import Array
from wta_np.grading.laws.cases import definition_law
from wta_np.grading.laws.dense import SEEDS, normal
from wta_np.grading.laws.gradients import gradient_laws
from wta_np.testing.laws.registry import given, require
from wta_np.testing.strategies_conv import numbered

# ------------------------------------------------------------------------------- 16: stacking


def top_loss(z: Array, W: Array, b_enc: Array, b_dec: Array, k: Any) -> Any:
    """The loss of a layer with tied weights on the codes of the layer below, forward alone."""
    h = ops.relu_forward(ops.linear_forward(z, W, b_enc))
    return ops.squared_error_forward(ops.linear_forward(ops.lifetime_forward(h, k)[0], W.T, b_dec), z)


def top_gradients(z: Array, W: Array, b_enc: Array, b_dec: Array, k: Any) -> Any:
    """The loss, dz with both its terms, and dW with both its terms."""
    a = z @ W + b_enc
    h = np.maximum(a, 0)
    mask = ops.lifetime_mask(h, k)
    code = h * mask
    dz_hat = (code @ W.T + b_dec - z) / len(z)
    da = dz_hat @ W * mask * (a > 0)
    return top_loss(z, W, b_enc, b_dec, k), da @ W.T - dz_hat, z.T @ da + dz_hat.T @ code


def stack_point(rng: Any, n: Any, d: Any, m: Any) -> dict:
    """Codes of the layer below, which are never negative, weights, biases, k."""
    return {"z": rng.random((n, d)), **normal(rng, W=(d, m), b_enc=m, b_dec=d), "k": max(1, n // 2)}


def stack_cases() -> list:
    """z, W, b_enc, b_dec, k."""
    rng = np.random.default_rng(71)
    cases = []
    for what, (n, d, m), scale, k in (
        ("two samples, one unit", (2, 2, 1), 1, 1),
        ("one sample", (1, 3, 2), 1, 1),
        ("as many units as inputs", (4, 3, 3), 1, 2),
        ("all winners, k = N", (5, 3, 2), 1, 5),
        ("codes ten times as large", (5, 3, 2), 10, 2),
        ("60 samples", (60, 4, 6), 1, 3),
    ):
        point = stack_point(rng, n, d, m)
        cases.append((what, [scale * point["z"], point["W"], point["b_enc"], point["b_dec"], k]))
    z, W, b_enc, b_dec, k = cases[2][1]
    return [*cases, ("units that are never active", [z, W, b_enc - 100, b_dec, k])]


STACK = [
    *gradient_laws(
        "z W",
        top_loss,
        lambda impl, dy, *inputs: dict(zip("zW", impl.top_loss_and_grads(*inputs)[1:])),
        stack_point,
        (7, 5, 3),
        square=True,
    ),
    definition_law(
        "top_loss_and_grads", "loss dz dW", top_gradients, stack_cases, "the loss, k = N, silent units"
    ),
]

# ------------------------------------------------------------------------------------ 17: costs


def sizes() -> list:
    """n, d, m: of a tiny step, of that of chapter 10, of large ones."""
    found = [("n = 1, d = 2, m = 3", [1, 2, 3]), ("n = 100, d = 784, m = 1000", [100, 784, 1000])]
    return [*found, ("n = 3, d = 3, m = 3", [3, 3, 3]), ("n = 512, d = 3072, m = 4096", [512, 3072, 4096])]


def operations(n: Any, d: Any, m: Any) -> Any:
    """Five products of 2 n d m operations each."""
    return 10 * n * d * m


def bytes_moved(n: Any, d: Any, m: Any, itemsize: Any) -> Any:
    """The mini-batch and the four parameters up, four gradients down."""
    return itemsize * (n * d + 2 * (2 * d * m + m + d))


def attainable(operations: Any, n_bytes: Any, rate: Any, bus: Any) -> Any:
    """What keeps the device busy, or what the bus lets through."""
    return min(rate, operations / n_bytes * bus)


def devices() -> list:
    """operations, n_bytes, rate, bus: on both sides of where the bus is what limits."""
    return [
        ("few operations for a byte", [100, 100, 1000.0, 10.0]),
        ("many operations for a byte", [10**6, 100, 1000.0, 10.0]),
        ("just enough of them", [10**4, 100, 1000.0, 10.0]),
        ("a step of chapter 10", [784 * 10**6, 12_870_000, 10e12, 25e9]),
    ]


COSTS = [
    definition_law("operations", "count", operations, sizes, "five products"),
    definition_law(
        "bytes_moved",
        "count",
        bytes_moved,
        lambda: [(w, [*a, b]) for w, a in sizes() for b in (4, 8)],
        "4 or 8 bytes",
    ),
    definition_law("attainable", "speed", attainable, devices, "on both sides of the corner"),
]

# -------------------------------------------------------------------------------- 18: relatives


def per_sample(h: Array, k: Any) -> Any:
    """The k largest of each row; among equals the lower column."""
    return ops.lifetime_mask(np.ascontiguousarray(h.T), k).T


def over_batch(h: Array, k: Any) -> Any:
    """The k largest of all; among equals the first in reading order."""
    return ops.lifetime_mask(h.reshape(-1, 1), k).reshape(h.shape)


def competition_cases(most: Any) -> Any:
    """h, k: ties, all winners, close and negative values; k is at most `most` of the shape."""

    def cases():
        rng = np.random.default_rng(72)
        steps, ties = (
            rng.permutation(20).reshape(4, 5).astype(float),
            rng.integers(0, 3, (4, 5)).astype(float),
        )
        found = [
            ("two values", [np.array([[1.0, 2.0]]), 1]),
            ("two that tie", [np.zeros((1, 2)), 1]),
            ("two rows and columns", [np.array([[0.9, 0.8], [0.5, 0.6]]), 1]),
            ("many ties", [ties, 3]),
            ("all winners", [steps, most(4, 5)]),
            ("negative values", [-100 - steps, 2]),
            ("values that differ by a billionth", [1 + 1e-9 * steps, 2]),
            ("one sample", [steps[:1], 2]),
            ("one unit", [steps[:, :1].copy(), 1]),
        ]
        many = np.maximum(rng.integers(-9, 5, (60, 40)), 0).astype(float)
        return [*found, ("2,400 activations with many ties", [many, most(60, 40) // 2])]

    return cases


def _number(name, axis, words):
    """A law: the number of winners."""

    def law(impl):
        @given(SEEDS, st.integers(1, 5), st.integers(1, 5), st.integers(1, 25))
        def check(seed, n, m, k):
            h = np.random.default_rng(seed).integers(0, 3, (n, m)).astype(float)
            k = min(k, m if axis == 1 else n * m)
            won = getattr(impl, name)(h, k).sum(axis=axis)
            require(np.all(won == k), f"{np.asarray(won).tolist()} winners, expected k = {k} {words}")

        check()

    law.__name__ = f"{name}_has_k_winners"
    law.__doc__ = f"{name} gives exactly k winners {words}, also where many are equal."
    return law


RELATIVES = [
    _number("per_sample_mask", 1, "in each sample"),
    definition_law(
        "per_sample_mask", "mask", per_sample, competition_cases(lambda n, m: m), "ties, k = M, close values"
    ),
    _number("over_batch_mask", None, "in the whole mini-batch"),
    definition_law(
        "over_batch_mask",
        "mask",
        over_batch,
        competition_cases(lambda n, m: n * m),
        "ties, k = N M, close values",
    ),
]

# ---------------------------------------------------------------------------------- 19: pooling

POOLS = (  # words, (N, H, W, C), size, stride
    ("two pixels, one window", (1, 2, 2, 1), 2, 2),
    ("windows side by side", (1, 2, 4, 1), 2, 2),
    ("windows that overlap", (1, 3, 4, 1), 2, 1),
    ("windows that are cut at the edge", (1, 5, 4, 1), 3, 2),
    ("two images, three channels", (2, 5, 7, 3), 3, 2),
    ("a stride above the size", (2, 7, 8, 2), 2, 3),
    ("one window over the whole map", (2, 4, 4, 2), 4, 1),
    ("windows of one pixel", (2, 3, 4, 2), 1, 1),
    ("28 x 28 pixels, windows of 5", (1, 28, 28, 2), 5, 3),
)


def _windows(x, size, stride):
    return ops.max_pool_forward(x, size, stride)[0].shape[1:3]


def pool_cases() -> Any:
    """x, size, stride, windows: negative values, ties, close values."""
    rng = np.random.default_rng(73)
    cases = []
    for i, (what, shape, size, stride) in enumerate(POOLS):
        x = numbered(shape) if i < 3 else rng.normal(size=shape)
        cases.append((what, [x, size, stride, _windows(x, size, stride)]))
    ties = rng.integers(0, 2, (2, 5, 6, 2)).astype(float)
    close = 1 + 1e-9 * rng.permutation(120).reshape(2, 5, 6, 2)
    for what, x in (
        ("ties", ties),
        ("negative values", -1 - close),
        ("values that differ by a billionth", close),
    ):
        cases.append((what, [x, 3, 2, _windows(x, 3, 2)]))
    return cases


def pool_gradient_cases() -> Any:
    """dy, argmax, shape."""
    rng = np.random.default_rng(74)
    cases = []
    for what, (x, size, stride, _) in pool_cases():
        y, argmax = ops.max_pool_forward(x, size, stride)
        cases.append((what, [rng.normal(size=y.shape), argmax, x.shape]))
    return cases


def gradients_are_neither_lost_nor_made(impl: Any) -> None:
    """The sum of dx over a map is the sum of dy over its windows, also where windows share their winner."""

    @given(SEEDS, st.integers(1, 3), st.integers(1, 3))
    def check(seed, size, stride):
        rng = np.random.default_rng(seed)
        x = rng.normal(size=(2, 4, 5, 2))
        y, argmax = ops.max_pool_forward(x, size, stride)
        dy = rng.integers(1, 9, y.shape).astype(float)
        found = impl.max_pool_backward(dy, argmax, x.shape).sum(axis=(1, 2))
        expected = dy.sum(axis=(1, 2))
        require(
            np.allclose(found, expected),
            f"size {size}, stride {stride}: dx of the maps adds up to {found.ravel()[0]:.6g}, expected "
            f"{expected.ravel()[0]:.6g}: does a pixel that wins several windows get all their gradients?",
        )

    check()


POOLING = [
    definition_law(
        "max_pool_forward",
        "y argmax",
        lambda x, size, stride, windows: ops.max_pool_forward(x, size, stride),
        pool_cases,
        "overlaps, cut windows, ties",
    ),
    gradients_are_neither_lost_nor_made,
    definition_law(
        "max_pool_backward", "dx", ops.max_pool_backward, pool_gradient_cases, "overlaps, cut windows"
    ),
]
