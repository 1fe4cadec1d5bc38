"""Usual mistakes in the exercises on images: 9 to 13."""

from __future__ import annotations

import numpy as np

from wta_np import ops
from wta_np.grading.laws.cases_conv import decoded, value_gradient


def _windows_point():
    return [np.random.default_rng(61).normal(size=(2, 4, 5, 2)), 3, 5]


def _windows(cols, shape, kh, kw):
    return cols.reshape(*shape[:3], kh, kw, shape[3])


def _im2col(change):
    """im2col with its windows (N, H, W, kh, kw, C) changed."""

    def variant(x, kh, kw):
        windows = _windows(ops.im2col(x, kh, kw), x.shape, kh, kw)
        return change(windows).reshape(-1, kh * kw * x.shape[3])

    return variant


def _padded(mode):
    def variant(x, kh, kw):
        wide = np.pad(x, ((0, 0), (kh // 2,) * 2, (kw // 2,) * 2, (0, 0)), mode)
        return np.array([wide[n, i : i + kh, j : j + kw].ravel() for n, i, j in np.ndindex(x.shape[:3])])

    return variant


def _at_the_corner(x, kh, kw):
    wide = np.pad(x, ((0, 0), (0, kh - 1), (0, kw - 1), (0, 0)))
    return np.array([wide[n, i : i + kh, j : j + kw].ravel() for n, i, j in np.ndindex(x.shape[:3])])


TURNED = "the windows are turned by 180 degrees: they stand as they are in the image"
FIRST = "the channels come first in each window: the C channels of a pixel stand side by side"
COLUMNS = "each window goes column by column, expected line by line"
IM2COL = [
    (TURNED, _im2col(lambda w: w[:, :, :, ::-1, ::-1])),
    (FIRST, _im2col(lambda w: w.transpose(0, 1, 2, 5, 3, 4))),
    (COLUMNS, _im2col(lambda w: w.transpose(0, 1, 2, 4, 3, 5))),
    (
        "the rows go column by column of the image, expected line by line",
        _im2col(lambda w: w.transpose(0, 2, 1, 3, 4, 5)),
    ),
    ("the border is repeated: beyond it everything is zero", _padded("edge")),
    ("the image is mirrored at its border: beyond it everything is zero", _padded("reflect")),
    ("the image goes on at its other side: beyond the border everything is zero", _padded("wrap")),
    ("the upper left corner of each window lies on the pixel, and its middle ought to", _at_the_corner),
]


def _columns_point():
    return [np.random.default_rng(62).normal(size=(40, 30)), (2, 4, 5, 2), 3, 5]


def _col2im(change):
    def variant(cols, shape, kh, kw):
        windows = change(_windows(cols, shape, kh, kw))
        return ops.col2im(windows.reshape(cols.shape), shape, kh, kw)

    return variant


def _counts(shape, kh, kw):
    return ops.col2im(np.ones((np.prod(shape[:3]), kh * kw * shape[3])), shape, kh, kw)


def _set_instead(cols, shape, kh, kw):
    windows = _windows(cols, shape, kh, kw)
    wide = np.zeros((shape[0], shape[1] + kh - 1, shape[2] + kw - 1, shape[3]))
    for u, v in np.ndindex(kh, kw):
        wide[:, u : u + shape[1], v : v + shape[2]] = windows[:, :, :, u, v]
    return wide[:, kh // 2 : kh // 2 + shape[1], kw // 2 : kw // 2 + shape[2]]


def _wrapped(cols, shape, kh, kw):
    windows = _windows(cols, shape, kh, kw)
    return sum(
        np.roll(windows[:, :, :, u, v], (u - kh // 2, v - kw // 2), axis=(1, 2))
        for u, v in np.ndindex(kh, kw)
    )


COL2IM = [
    ("the windows are turned by 180 degrees", _col2im(lambda w: w[:, :, :, ::-1, ::-1])),
    (
        "this is the mean of what the windows bring back, expected their sum",
        lambda cols, shape, kh, kw: ops.col2im(cols, shape, kh, kw) / _counts(shape, kh, kw),
    ),
    ("a pixel keeps what came last: what comes from several windows adds up (+=)", _set_instead),
    (
        "only the middle of each window arrives: every window that shows a pixel brings something back",
        lambda cols, shape, kh, kw: _windows(cols, shape, kh, kw)[:, :, :, kh // 2, kw // 2],
    ),
    ("what leaves the image comes back on its other side: it goes nowhere", _wrapped),
]


def _layer_point():
    rng = np.random.default_rng(63)
    return [rng.normal(size=shape) for shape in ((3, 4, 5, 2), (3, 4, 5, 2), (3, 5, 2, 2))]


def _with(i, change):
    def variant(dy, x, W):
        parts = list(ops.conv2d_backward(dy, x, W))
        parts[i] = change(parts[i], dy, x, W)
        return tuple(parts)

    return variant


def _dx(dy, W):
    return ops.conv2d_backward(dy, np.zeros((*dy.shape[:3], W.shape[2])), W)[0]


CONV = [
    (
        "dx: the filters have to be turned by 180 degrees on the way back",
        _with(0, lambda g, dy, x, W: _dx(dy, W[::-1, ::-1])),
    ),
    (
        "dx: the channels c and f of the filters are not exchanged on the way back",
        _with(0, lambda g, dy, x, W: _dx(dy, W.transpose(0, 1, 3, 2))),
    ),
    (
        "dx: the filters are neither turned by 180 degrees nor are their channels c and f exchanged",
        _with(0, lambda g, dy, x, W: _dx(dy, W[::-1, ::-1].transpose(0, 1, 3, 2))),
    ),
    ("dW is turned by 180 degrees", _with(1, lambda g, dy, x, W: g[::-1, ::-1])),
    ("dW has its channels c and f exchanged", _with(1, lambda g, dy, x, W: g.transpose(0, 1, 3, 2))),
    (
        "dW holds the last image alone: the sum is over all of them",
        _with(1, lambda g, dy, x, W: ops.conv2d_backward(dy[-1:], x[-1:], W)[1]),
    ),
    (
        "dW holds the first image alone: the sum is over all of them",
        _with(1, lambda g, dy, x, W: ops.conv2d_backward(dy[:1], x[:1], W)[1]),
    ),
    (
        "negative entries of dy are lost on the way to dx",
        _with(0, lambda g, dy, x, W: _dx(np.maximum(dy, 0), W)),
    ),
    (
        "negative entries of dy are lost on the way to dW",
        _with(1, lambda g, dy, x, W: ops.conv2d_backward(np.maximum(dy, 0), x, W)[1]),
    ),
]


def _code_point():
    rng = np.random.default_rng(64)
    places = [rng.integers(0, length, 7) for length in (2, 5, 4, 3)]
    places = [np.append(p, p[0]) for p in places]  # two winners of one atom at one place
    return [*places, rng.normal(size=8), (2, 5, 4), rng.normal(size=(3, 3, 5, 2)), rng.normal(size=2)]


def _value_point():
    *places, _, shape, D, _ = _code_point()
    return [np.random.default_rng(65).normal(size=(*shape, 2)), *places, D]


def _of_one_place(dy, n, y, x, f, D):
    each = value_gradient(dy, n, y, x, f, D)
    place = np.stack([n, y, x, f], axis=1)
    return np.array([each[(place == p).all(axis=1)].sum() for p in place])


DECODE = [
    ("the atoms are turned by 180 degrees", lambda *i: decoded(*i[:6], i[6][:, ::-1, ::-1], i[7])),
    ("b is missing", lambda *i: decoded(*i[:7], 0 * i[7])),
    (
        "the values are missing: each atom is times its value",
        lambda *i: decoded(*i[:4], 0 * i[4] + 1, *i[5:]),
    ),
    (
        "of winners at one place only the last counts: they add up",
        lambda n, y, x, f, value, shape, D, b: decoded(*_last(n, y, x, f, value), shape, D, b),
    ),
    ("negative values are lost", lambda *i: decoded(*i[:4], np.maximum(i[4], 0), *i[5:])),
]
VALUE = [
    ("the atoms are turned by 180 degrees", lambda *i: value_gradient(*i[:5], i[5][:, ::-1, ::-1])),
    (
        "winners at one place got the sum of theirs: each gets its own number, the same for both",
        _of_one_place,
    ),
    ("this is a mean over the channels, expected their sum", lambda *i: value_gradient(*i) / i[0].shape[3]),
    (
        "only the first channel is there: the sum is over all",
        lambda *i: value_gradient(i[0][..., :1], *i[1:5], i[5][..., :1]),
    ),
    (
        "the atom is missing: every pixel counts with what the atom has there",
        lambda *i: value_gradient(*i[:5], 0 * i[5] + 1),
    ),
    (
        "this is what one pixel says, at the winner's place: its atom reaches over more",
        lambda dy, n, y, x, f, D: np.sum(dy[n, y, x] * D[f, D.shape[1] // 2, D.shape[2] // 2], axis=1),
    ),
]


def _last(n, y, x, f, value):
    keep = {place: r for r, place in enumerate(zip(n, y, x, f))}
    rows = sorted(keep.values())
    return [part[rows] for part in (n, y, x, f, value)]


MISTAKES = {
    "im2col": (_windows_point, ops.im2col, IM2COL),
    "col2im": (_columns_point, ops.col2im, COL2IM),
    "conv2d_backward": (_layer_point, ops.conv2d_backward, CONV),
    "decode_winners": (_code_point, decoded, DECODE),
    "value_gradient": (_value_point, value_gradient, VALUE),
}
