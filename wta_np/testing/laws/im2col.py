"""The laws of the windows of images as rows: im2col, col2im, window_rows."""

from __future__ import annotations

import numpy as np

from wta_np.testing.laws.registry import equal, law
from wta_np.testing.laws.wording import shown
from wta_np.testing.strategies_conv import FEW_WINDOWS, floats, windows


@law("im2col", windows(), first=FEW_WINDOWS)
def a_row_is_the_window_around_its_position(ops, case):
    """Row (n, i, j) of im2col is what a zero-padded image shows there."""
    x, kh, kw, _ = case
    n, h, w, _ = x.shape
    padded = np.pad(x, ((0, 0), (kh // 2, kh // 2), (kw // 2, kw // 2), (0, 0)))
    expected = [padded[m, i : i + kh, j : j + kw].ravel() for m, i, j in np.ndindex(n, h, w)]
    equal(ops.im2col(x, kh, kw), expected, "a row should be the window centred on its position")


@law("im2col", windows())
def rows_pick_windows(ops, case):
    """im2col over rows gives these rows of the whole, which may repeat."""
    x, kh, kw, rows = case
    equal(ops.im2col(x, kh, kw, rows), ops.im2col(x, kh, kw)[rows], "rows= should pick these rows")


@law("im2col", windows(), first=FEW_WINDOWS)
def col2im_is_the_adjoint_of_im2col(ops, case):
    """<im2col(x), c> = <x, col2im(c)>."""
    x, kh, kw, _ = case
    cols = ops.im2col(x, kh, kw)
    c = np.random.default_rng(0).integers(1, 10, cols.shape).astype(float)
    there, back = np.sum(cols * c), np.sum(x * ops.col2im(c, x.shape, kh, kw))
    equal(back, there, f"for x = {shown(x)} the sum of x * col2im(cols) should be that of im2col(x) * cols")


@law("im2col", windows())
def col2im_of_rows_is_the_adjoint_of_im2col_of_rows(ops, case):
    """The same over rows, which may repeat: their windows then add up."""
    x, kh, kw, rows = case
    cols = ops.im2col(x, kh, kw, rows)
    c = floats(0, *cols.shape)
    there, back = np.sum(cols * c), np.sum(x * ops.col2im(c, x.shape, kh, kw, rows))
    equal(back, there, "<x, col2im(c)> should be <im2col(x), c>")


@law("im2col", windows())
def window_rows_are_where_col2im_arrives(ops, case):
    """Positive windows make exactly the pixels of window_rows positive; these are sorted, each once."""
    x, kh, kw, rows = case
    c = x.shape[3]
    image = ops.col2im(np.ones((len(rows), kh * kw * c)), x.shape, kh, kw, rows)
    found = ops.window_rows(rows, x.shape, kh, kw)
    equal(found, np.flatnonzero(image[..., 0]), "window_rows should be the pixels inside the windows")
