"""Awkward cases of the exercises on images: 9 to 13."""

from __future__ import annotations

from typing import Any

import numpy as np

from wta_np import ops
from wta_np.backend import Array
from wta_np.grading.laws.cases import definition_law
from wta_np.testing.strategies_conv import numbered

WINDOWS = (  # words, (N, H, W, C), kh, kw
    ("a window of 1 x 3", (1, 1, 3, 1), 1, 3),
    ("a window of 3 x 1", (1, 3, 1, 1), 3, 1),
    ("images wider than high, two channels", (2, 2, 3, 2), 3, 3),
    ("images higher than wide", (2, 4, 2, 1), 3, 3),
    ("a window of 5 x 3", (2, 5, 6, 2), 5, 3),
    ("a window of 3 x 5", (2, 6, 5, 2), 3, 5),
    ("a window of 7 x 7", (1, 8, 9, 2), 7, 7),
    ("a window of 1 x 9", (2, 3, 8, 1), 1, 9),
    ("a window of 9 x 7, larger than the image", (2, 3, 4, 3), 9, 7),
    ("a window of 11 x 11", (1, 12, 7, 1), 11, 11),
    ("windows of one pixel, three channels", (3, 2, 3, 3), 1, 1),
)


def window_cases() -> list:
    """x, kh, kw: images of numbers without zeros, negative ones among them."""
    rng = np.random.default_rng(21)
    cases = [(what, [numbered(shape), kh, kw]) for what, shape, kh, kw in WINDOWS[:4]]
    cases += [(what, [rng.normal(size=shape), kh, kw]) for what, shape, kh, kw in WINDOWS[4:]]
    return [*cases, ("pixels of a million", [1e6 * rng.normal(size=(2, 3, 4, 1)), 3, 3])]


def column_cases() -> list:
    """cols, shape, kh, kw: the same, windows in."""
    rng = np.random.default_rng(22)
    cases = []
    for i, (what, shape, kh, kw) in enumerate(WINDOWS):
        n, h, w, c = shape
        cols = (n * h * w, kh * kw * c)
        cases.append((what, [numbered(cols) if i < 4 else rng.normal(size=cols), shape, kh, kw]))
    cols, *rest = cases[2][1]
    return [*cases, ("negative entries", [-cols, *rest]), ("entries of a million", [1e6 * cols, *rest])]


def filter_cases() -> list:
    """dy, x, W: filters of many shapes; gradients that are negative, in one image alone, large."""
    rng = np.random.default_rng(23)
    cases = []
    for what, shape, kh, kw in WINDOWS:
        what = what.replace("windows", "filters").replace("window", "filter")
        for f in (1, 3) if kh * kw < 20 else (2,):
            dy, x = rng.normal(size=(*shape[:3], f)), rng.normal(size=shape)
            cases.append((what, [dy, x, rng.normal(size=(kh, kw, shape[3], f))]))
    dy, x, W = cases[4][1]
    first = dy.copy()
    first[1:] = 0
    return [
        *cases,
        ("a negative dy", [-np.abs(dy), x, W]),
        ("dy in the first image alone", [first, x, W]),
        ("pixels of a thousand", [dy, 1e3 * x, W]),
        ("filters of a thousandth", [dy, x, 1e-3 * W]),
    ]


def map_cases() -> list:
    """h: maps as they are after ReLU, with values that are nearly equal, large or small, and ties."""
    rng = np.random.default_rng(24)
    order = rng.permutation(2 * 3 * 4 * 2).reshape(2, 3, 4, 2).astype(float)
    cases = [
        ("values that differ by a billionth", 1 + 1e-9 * order),
        ("a map that falls along its lines", np.arange(6.0)[::-1].reshape(1, 2, 3, 1)),
        ("values of a million", 1e6 * order),
        ("values of 1e-12", 1e-12 * order),
        ("three images of 5 x 7, four maps", rng.random((3, 5, 7, 4))),
        ("one line", rng.random((2, 1, 6, 2))),
        ("one column", rng.random((2, 6, 1, 2))),
        ("one pixel", rng.random((2, 1, 1, 3))),
        ("maps with many ties", np.maximum(rng.integers(-2, 3, (4, 5, 6, 3)), 0).astype(float)),
        ("maps of zeros beside others", order * (np.arange(2) > 0)),
    ]
    return [(what, [h]) for what, h in cases]


def winner_cases() -> list:
    """dz, mask: winners of other maps than those of the last forward pass."""
    rng = np.random.default_rng(25)
    cases = []
    for what, shape in (
        ("a mask of 1 x 2 pixels that no forward pass gave before", (1, 1, 2, 1)),
        ("another mask than that of the last forward pass", (2, 3, 4, 2)),
        ("one more mask of that shape", (2, 3, 4, 2)),
        ("three images, four maps", (3, 5, 7, 4)),
    ):
        _, mask = ops.spatial_forward(rng.random(shape))
        cases.append((what, [rng.normal(size=shape), mask]))
    dz, mask = cases[1][1]
    return [*cases, ("a negative gradient of a million", [-1e6 * np.abs(dz), mask])]


ATOMS = (  # words, (N, H, W), (F, kh, kw, C), number of winners
    ("atoms of one pixel", (1, 2, 3), (2, 1, 1, 1), 3),
    ("atoms of 1 x 3", (1, 2, 4), (2, 1, 3, 1), 3),
    ("atoms of 3 x 1", (2, 4, 2), (2, 3, 1, 1), 3),
    ("atoms of 5 x 3, two channels", (2, 5, 6), (3, 5, 3, 2), 8),
    ("atoms of 3 x 5, three channels", (2, 6, 5), (3, 3, 5, 3), 8),
    ("atoms of 7 x 7", (2, 8, 9), (4, 7, 7, 1), 12),
    ("atoms of 9 x 11, larger than the image", (3, 3, 4), (2, 9, 11, 2), 9),
    ("one pixel", (2, 1, 1), (2, 3, 3, 1), 4),
    ("forty winners on few places", (1, 2, 2), (2, 3, 3, 1), 40),
    ("images without a winner among others", (5, 3, 4), (2, 3, 3, 1), 2),
)


def _places(rng, shape, maps, number):
    return [rng.integers(0, length, number) for length in (*shape, maps)]


def decoding_cases() -> list:
    """n, y, x, f, value, shape, D, b: values of any sign."""
    rng = np.random.default_rng(26)
    cases = []
    for what, shape, atoms, number in ATOMS:
        places = _places(rng, shape, atoms[0], number)
        value, D, b = rng.normal(size=number), rng.normal(size=atoms), rng.normal(size=atoms[3])
        cases.append((what, [*places, value, shape, D, b]))
    *places, value, shape, D, b = cases[3][1]
    return [
        *cases,
        ("negative values", [*places, -np.abs(value), shape, D, b]),
        ("values of a million", [*places, 1e6 * value, shape, D, b]),
        ("no winners", [*[p[:0] for p in places], value[:0], shape, D, b]),
    ]


def decoded(n: Any, y: Any, x: Array, f: Any, value: Any, shape: Any, D: Array, b: Array) -> Any:
    """The definition: ours."""
    return ops.deconv2d_forward(ops.Winners(n, y, x, f, value, (*shape, len(D))), D, b)


def value_cases() -> list:
    """dy, n, y, x, f, D."""
    rng = np.random.default_rng(27)
    cases = []
    for what, shape, atoms, number in ATOMS:
        dy, D = rng.normal(size=(*shape, atoms[3])), rng.normal(size=atoms)
        cases.append((what, [dy, *_places(rng, shape, atoms[0], number), D]))
    dy, *places, D = cases[3][1]
    return [
        *cases,
        ("a negative dy", [-np.abs(dy), *places, D]),
        ("dy of a million", [1e6 * dy, *places, D]),
        ("no winners", [dy, *[p[:0] for p in places], D]),
    ]


def value_gradient(dy: Array, n: Any, y: Any, x: Array, f: Any, D: Array) -> Any:
    """The definition: what each atom sees of dy, with zeros around it."""
    _, kh, kw, _ = D.shape
    wide = np.pad(dy, ((0, 0), (kh // 2, kh // 2), (kw // 2, kw // 2), (0, 0)))
    seen = [np.sum(wide[m, i : i + kh, j : j + kw] * D[g]) for m, i, j, g in zip(n, y, x, f)]
    return np.array(seen, float)


IM2COL = definition_law(
    "im2col", "cols", ops.im2col, window_cases, "windows of 7 x 7, images that are not square"
)
COL2IM = definition_law(
    "col2im", "x", ops.col2im, column_cases, "windows of 7 x 7, images that are not square"
)
CONV = definition_law(
    "conv2d_backward", "dx dW db", ops.conv2d_backward, filter_cases, "filters of 1 x 1, 3 x 5, 7 x 7"
)
SPATIAL = definition_law(
    "spatial_forward", "z mask", ops.spatial_forward, map_cases, "close values, maps that are not square"
)
SPATIAL_BACK = definition_law(
    "spatial_backward",
    "dh",
    lambda dz, mask: np.where(mask, dz, 0),
    winner_cases,
    "any mask",
    before=lambda impl, dz, mask: impl.spatial_forward(np.abs(dz)),  # has other winners than mask
)
DECODE = definition_law("decode_winners", "x_hat", decoded, decoding_cases, "atoms of 7 x 7, negative values")
VALUE = definition_law(
    "value_gradient", "dvalue", value_gradient, value_cases, "atoms of 7 x 7, no winners at all"
)
