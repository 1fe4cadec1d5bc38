"""The laws of the convolutional ops: im2col, conv, spatial, winners, deconv, pool."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
from hypothesis import strategies as st

from wta_np.backend import to_backend, to_numpy
from wta_np.testing.gradcheck import gradcheck
from wta_np.testing.law import Hosted, equal, given, law
from wta_np.testing.laws_words import check_number, count, maps, shown
from wta_np.testing.strategies_conv import (
    FEW_PIXELS,
    FEW_WINDOWS,
    codes,
    conv_layers,
    feature_maps,
    feature_maps_with_k,
    floats,
    pools,
    untied_maps,
    windows,
)

# ---------------------------------------------------------------------------------------- im2col


@law("im2col")
def a_row_is_the_window_around_its_position(impl, backend="numpy"):
    """Row (n, i, j) of im2col is what a zero-padded image shows there."""
    ops = Hosted(impl, backend)

    @given(windows(), first=FEW_WINDOWS)
    def check(case):
        x, kh, kw, _ = case
        n, h, w, _ = x.shape
        padded = np.pad(x, ((0, 0), (kh // 2, kh // 2), (kw // 2, kw // 2), (0, 0)))
        expected = [padded[m, i : i + kh, j : j + kw].ravel() for m, i, j in np.ndindex(n, h, w)]
        equal(ops.im2col(x, kh, kw), expected, "a row should be the window centred on its position")

    check()


@law("im2col")
def rows_pick_windows(impl, backend="numpy"):
    """im2col over rows gives these rows of the whole, which may repeat."""
    ops = Hosted(impl, backend)

    @given(windows())
    def check(case):
        x, kh, kw, rows = case
        equal(ops.im2col(x, kh, kw, rows), ops.im2col(x, kh, kw)[rows], "rows= should pick these rows")

    check()


@law("im2col")
def col2im_is_the_adjoint_of_im2col(impl, backend="numpy"):
    """<im2col(x), c> = <x, col2im(c)>."""
    ops = Hosted(impl, backend)

    @given(windows(), first=FEW_WINDOWS)
    def check(case):
        x, kh, kw, _ = case
        cols = ops.im2col(x, kh, kw)
        c = np.random.default_rng(0).integers(1, 10, cols.shape).astype(float)
        there, back = np.sum(cols * c), np.sum(x * ops.col2im(c, x.shape, kh, kw))
        equal(
            back, there, f"for x = {shown(x)} the sum of x * col2im(cols) should be that of im2col(x) * cols"
        )

    check()


@law("im2col")
def col2im_of_rows_is_the_adjoint_of_im2col_of_rows(impl, backend="numpy"):
    """The same over rows, which may repeat: their windows then add up."""
    ops = Hosted(impl, backend)

    @given(windows())
    def check(case):
        x, kh, kw, rows = case
        cols = ops.im2col(x, kh, kw, rows)
        c = floats(0, *cols.shape)
        there, back = np.sum(cols * c), np.sum(x * ops.col2im(c, x.shape, kh, kw, rows))
        equal(back, there, "<x, col2im(c)> should be <im2col(x), c>")

    check()


@law("im2col")
def window_rows_are_where_col2im_arrives(impl, backend="numpy"):
    """Positive windows make exactly the pixels of window_rows positive; these are sorted, each once."""
    ops = Hosted(impl, backend)

    @given(windows())
    def check(case):
        x, kh, kw, rows = case
        c = x.shape[3]
        image = ops.col2im(np.ones((len(rows), kh * kw * c)), x.shape, kh, kw, rows)
        found = ops.window_rows(rows, x.shape, kh, kw)
        equal(found, np.flatnonzero(image[..., 0]), "window_rows should be the pixels inside the windows")

    check()


# ------------------------------------------------------------------------------------------ conv


@law("conv")
def a_single_pixel_gives_the_filter_turned(impl, backend="numpy"):
    """A pixel at (i, j) is seen by filter entry (u, v) from (i - u, j - v), u and v counted from the middle."""
    ops = Hosted(impl, backend)

    @given(conv_layers())
    def check(layer):
        _, W, b = layer
        kh, kw, c, _ = W.shape
        for channel in range(c):
            x = np.zeros((1, kh, kw, c))
            x[0, kh // 2, kw // 2, channel] = 1
            expected = W[::-1, ::-1, channel] + b
            equal(
                ops.conv2d_forward(x, W, b)[0], expected, "one pixel in the middle shows the filters turned"
            )

    check()


@law("conv")
def shifted_images_give_shifted_maps(impl, backend="numpy"):
    """Away from the border, moving the image moves the maps."""
    ops = Hosted(impl, backend)

    @given(conv_layers(), st.integers(0, 2), st.integers(0, 2))
    def check(layer, down, right):
        x, W, b = layer
        n, h, w, c = x.shape
        rim = 4  # two for the windows, two for the shift
        canvas = np.zeros((2, n, h + 2 * rim, w + 2 * rim, c))
        canvas[0, :, rim : rim + h, rim : rim + w] = x
        canvas[1, :, rim + down : rim + down + h, rim + right : rim + right + w] = x
        still, moved = (ops.conv2d_forward(image, W, b) for image in canvas)
        size_y, size_x = h + 2 * rim - down, w + 2 * rim - right
        equal(moved[:, down:, right:], still[:, :size_y, :size_x], "the maps should move with the image")

    check()


@law("conv")
def permuting_samples_permutes_the_maps(impl, backend="numpy"):
    """Images in another order give the same maps in that order."""
    ops = Hosted(impl, backend)

    @given(conv_layers())
    def check(layer):
        x, W, b = layer
        y = ops.conv2d_forward(x, W, b)
        equal(ops.conv2d_forward(x[::-1].copy(), W, b), y[::-1], "maps should follow their images")

    check()


@law("conv")
def conv_gradients_agree_with_differences(impl, backend="numpy"):
    """dx, dW and db agree with central differences."""

    @given(conv_layers())
    def check(layer):
        def backward(dy, x, W):
            return impl.conv2d_backward(dy, x, W)

        gradcheck(impl.conv2d_forward, backward, dict(zip("xWb", layer)), max_elements=32, backend=backend)

    check()


def _rows_of_gradient(layer, seed):
    """dy that is zero but at some rows, and these rows."""
    x, W, _ = layer
    rows = np.flatnonzero(floats(seed, x[..., 0].size) > 0.8)
    dy = np.zeros((x[..., 0].size, W.shape[3]))
    dy[rows] = floats(seed, len(rows), W.shape[3])
    return dy.reshape(*x.shape[:3], -1), rows


@law("conv")
def backward_over_rows_equals_dense_backward(impl, backend="numpy"):
    """Where dy is zero outside of rows, rows= changes no gradient; dy may be given at the rows alone."""
    ops = Hosted(impl, backend)

    @given(conv_layers(), st.integers(0, 99))
    def check(layer, seed):
        x, W, _ = layer
        kh, kw, _, f = W.shape
        dy, rows = _rows_of_gradient(layer, seed)
        short = dy.reshape(-1, f)[rows]
        dense = ops.conv2d_backward(dy, x, W)
        for given_dy in (dy, short):
            for name, a, e in zip(("dx", "dW", "db"), ops.conv2d_backward(given_dy, x, W, rows), dense):
                equal(a, e, f"{name} over rows should be that of the dense backward")
            for name, a, e in zip(
                ("dW", "db"), ops.conv2d_backward_params(given_dy, x, kh, kw, rows), dense[1:]
            ):
                equal(a, e, f"{name} of conv2d_backward_params over rows")
        for name, a, e in zip(("dW", "db"), ops.conv2d_backward_params(dy, x, kh, kw), dense[1:]):
            equal(a, e, f"{name} of conv2d_backward_params")

    check()


@law("conv")
def rows_that_are_not_named_are_not_touched(impl, backend="numpy"):
    """With rows=, what dy holds elsewhere changes nothing: the backward reads the active rows alone."""
    ops = Hosted(impl, backend)

    @given(conv_layers(), st.integers(0, 99))
    def check(layer, seed):
        x, W, _ = layer
        dy, rows = _rows_of_gradient(layer, seed)
        noisy = floats(seed + 1, *dy.shape).reshape(-1, W.shape[3])
        noisy[rows] = dy.reshape(noisy.shape)[rows]
        clean = ops.conv2d_backward(dy, x, W, rows)
        for a, e in zip(ops.conv2d_backward(noisy.reshape(dy.shape), x, W, rows), clean):
            equal(a, e, "the gradient at other rows should not be read")

    check()


@law("conv")
def gradient_stays_inside_the_windows_of_active_rows(impl, backend="numpy"):
    """dx is non-zero at the windows of the active rows, at each of their pixels, and nowhere else."""
    ops = Hosted(impl, backend)

    @given(conv_layers(), st.integers(0, 99))
    def check(layer, seed):
        x, W, _ = layer
        dy, rows = _rows_of_gradient(layer, seed)
        dx = ops.conv2d_backward(dy, x, W, rows)[0]
        reached = np.flatnonzero(np.any(dx.reshape(-1, x.shape[3]) != 0, axis=1))
        equal(reached, _inside(rows, x.shape, *W.shape[:2]), "rows that dx reaches")

    check()


def _inside(rows, shape, kh, kw):
    """Flat positions at most half a window away from one of `rows`, by looking at all pairs."""
    n, i, j = np.unravel_index(np.arange(np.prod(shape[:3])), shape[:3])
    near = (n[:, None] == n[rows]) & (abs(i[:, None] - i[rows]) <= kh // 2)
    return np.flatnonzero((near & (abs(j[:, None] - j[rows]) <= kw // 2)).any(axis=1))


# --------------------------------------------------------------------------------------- spatial


def check_spatial(h, mask):
    """AssertionError unless every map has one winner."""
    for name, _, won in maps(h, mask):
        check_number(name, won, 1)


@law("spatial")
def each_map_of_each_image_has_one_winner(impl, backend="numpy"):
    """One True in each map of each image, also where many are equal or all are zero."""
    ops = Hosted(impl, backend)

    @given(feature_maps(), first=FEW_PIXELS)
    def check(h):
        _, mask = ops.spatial_forward(h)
        assert mask.dtype == bool and mask.shape == h.shape, f"mask is {mask.dtype} {mask.shape}"
        for name, _, won in maps(h, mask):
            assert won.sum() == 1, f"{name}: {count(won.sum(), 'winner')} where there should be one"

    check()


@law("spatial")
def the_winner_is_the_first_of_the_largest(impl, backend="numpy"):
    """No pixel of the map is above its winner, and none before it in reading order is equal to it."""
    ops = Hosted(impl, backend)

    @given(feature_maps(), first=FEW_PIXELS)
    def check(h):
        for name, values, won in maps(h, ops.spatial_forward(h)[1]):
            check_number(name, won, 1)
            winner, best = np.where(won, values, -np.inf).argmax(), values.argmax()
            places = [f"({i // h.shape[2]}, {i % h.shape[2]})" for i in (best, winner)]
            assert values[winner] == values[best], (
                f"{name}: pixel {places[0]} with {values[best]:g} is above the winner {places[1]} with "
                f"{values[winner]:g}"
            )
            assert winner == best, (
                f"{name}: pixels {places[0]} and {places[1]} tie at {values[best]:g}, the first in reading order "
                f"wins, but {places[1]} won"
            )

    check()
    check.hypothesis.inner_test(
        np.array([0.0, 1.0, 1.0, 0.0]).reshape(1, 2, 2, 1)
    )  # lines come before columns


@law("spatial")
def the_spatial_code_is_zero_but_for_winners(impl, backend="numpy"):
    """z is h at the winners and zero elsewhere; so is the gradient, dz at the winners."""
    ops = Hosted(impl, backend)

    @given(feature_maps(), first=FEW_PIXELS)
    def check(h):
        z, mask = ops.spatial_forward(h)
        check_spatial(h, mask)
        equal(z, np.where(mask, h, 0), "z should be h at the winners and zero elsewhere")
        dz = 1.0 + np.arange(h.size).reshape(h.shape)
        equal(ops.spatial_backward(dz, mask), np.where(mask, dz, 0), "dh should be dz at the winners")

    check()


@law("spatial")
def spatial_gradient_agrees_with_differences(impl, backend="numpy"):
    """dh agrees with central differences, away from ties."""
    ops = Hosted(impl, backend)

    @given(untied_maps())
    def check(h):
        check_spatial(h, ops.spatial_forward(h)[1])

        def backward(dz, h):
            return impl.spatial_backward(dz, impl.spatial_forward(h)[1])

        gradcheck(impl.spatial_forward, backward, {"h": h}, backend=backend)

    check()


# --------------------------------------------------------------------------------------- winners


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


# ---------------------------------------------------------------------------------------- deconv


@law("deconv")
def an_atom_appears_upright_where_the_code_says(impl, backend="numpy"):
    """A code that is 1 at one place puts D[f] there, as it is, its middle on that place, upon b."""
    ops = Hosted(impl, backend)

    @given(codes())
    def check(case):
        _, _, D, b = case
        f, kh, kw, _ = D.shape
        for g in range(f):
            z = np.zeros((1, kh + 2, kw + 1, f))
            z[0, kh // 2 + 2, kw // 2 + 1, g] = 1
            expected = np.zeros((kh + 2, kw + 1, D.shape[3])) + b
            expected[2:, 1:] += D[g]
            equal(ops.deconv2d_forward(z, D, b)[0], expected, "the atom should stand where the code says")

    check()


@law("deconv")
def decoding_is_the_adjoint_of_a_convolution(impl, backend="numpy"):
    """<conv(x, W), z> = <x, deconv(z, D)> for W = D with its maps moved to the last axis."""
    ops = Hosted(impl, backend)

    @given(codes())
    def check(case):
        z, _, D, _ = case
        x = floats(0, *z.shape[:3], D.shape[3])
        W = np.ascontiguousarray(D.transpose(1, 2, 3, 0))
        there = np.sum(ops.conv2d_forward(x, W, np.zeros(len(D))) * z)
        equal(np.sum(x * ops.deconv2d_forward(z, D, np.zeros(D.shape[3]))), there, "<x, deconv(z, D)>")

    check()


def _decode_winners(impl, case, backend):
    """Everything that decoding from winners and from the dense code gives, both on the host."""
    h, k, *decoder = (to_backend(a, backend) if isinstance(a, np.ndarray) else a for a in case)
    D, b = decoder
    code = impl.select_winners(h, k)
    dy = to_backend(floats(0, *case[0].shape[:3], D.shape[3]), backend)

    def run(z):
        return impl.deconv2d_forward(z, D, b), *impl.deconv2d_backward(dy, z, D)

    places = tuple(to_numpy(getattr(code, name)) for name in ("n", "y", "x", "f"))
    sparse, dense = run(code), run(code.dense())
    return (
        [to_numpy(part) for part in (sparse[0], sparse[1].value, *sparse[2:])],
        [to_numpy(dense[0]), to_numpy(dense[1])[places], *(to_numpy(part) for part in dense[2:])],
        [to_numpy(getattr(sparse[1], name)) for name in ("n", "y", "x", "f")],
        places,
    )


@law("deconv")
def decoding_winners_equals_decoding_their_dense_code(impl, backend="numpy"):
    """The image, dz at the winners, dD and db are those of the dense code; dz stands at the same places."""

    @given(codes())
    def check(case):
        sparse, dense, found, places = _decode_winners(impl, case, backend)
        for name, actual, expected in zip(("x_hat", "dz", "dD", "db"), sparse, dense):
            equal(actual, expected, f"{name} from winners should be that from their dense code")
        equal(found, places, "dz should stand at the places of the winners")

    check()


@law("deconv")
def only_the_windows_of_winners_are_read(impl, backend="numpy"):
    """Residuals outside of all winners' windows change neither dz nor dD; inside each changes one of them."""

    @given(codes(), st.integers(0, 99))
    def check(case, seed):
        h, k, D, _ = case
        z = impl.select_winners(to_backend(h, backend), k)
        inside = _inside(to_numpy(z.rows), h.shape, *D.shape[1:3])
        mask = np.zeros(h[..., 0].size, bool)
        mask[inside] = True
        dy = floats(seed, len(mask), D.shape[3])

        def gradients(dy):
            dy = to_backend(dy.reshape(*h.shape[:3], -1), backend)
            dz, dD, _ = impl.deconv2d_backward(dy, z, to_backend(D, backend))
            return np.concatenate([to_numpy(dz.value), to_numpy(dD).ravel()])

        equal(gradients(dy * mask[:, None]), gradients(dy), "residuals outside of the windows were read")
        only = np.zeros_like(dy)
        only[inside[seed % len(inside)]] = 1
        assert np.any(gradients(only) != 0), "a residual inside a window was not read"

    check()


@law("deconv")
def deconv_gradients_agree_with_differences(impl, backend="numpy"):
    """dz, dD and db agree with central differences, for a dense code."""

    @given(codes())
    def check(case):
        z, _, D, b = case
        inputs = {"z": z, "D": D, "b": b}
        gradcheck(impl.deconv2d_forward, impl.deconv2d_backward, inputs, max_elements=32, backend=backend)

    check()


@law("deconv")
def gradients_from_winners_agree_with_differences(impl, backend="numpy"):
    """The gradients with respect to the winners' values, D and b agree with central differences."""

    @given(codes())
    def check(case):
        h, k, D, b = case
        code = impl.select_winners(to_backend(h, backend), k)

        def forward(value, D, b):
            return impl.deconv2d_forward(code.with_value(value), D, b)

        def backward(dy, value, D):
            dz, dD, db = impl.deconv2d_backward(dy, code.with_value(value), D)
            return dz.value, dD, db

        inputs = {"value": to_numpy(code.value), "D": D, "b": b}
        gradcheck(forward, backward, inputs, max_elements=32, backend=backend)

    check()


# ------------------------------------------------------------------------------------------ pool


def _cut_windows(x, size, stride):
    """Slices of every pooling window, those over the edge cut, as rows of a grid."""
    tops, lefts = ([s for s in range(0, n, stride) if s == 0 or s - stride + size < n] for n in x.shape[1:3])
    return [[(slice(t, t + size), slice(l, l + size)) for l in lefts] for t in tops]


@law("pool")
def pooling_keeps_the_largest_of_each_window(impl, backend="numpy"):
    """y is the maximum of each window, windows over the edge being cut; ceil((H - size) / stride) + 1 of them."""
    ops = Hosted(impl, backend)

    @given(pools())
    def check(case):
        x, size, stride = case
        grid = _cut_windows(x, size, stride)
        expected = np.array([[x[:, a, b].max(axis=(1, 2)) for a, b in line] for line in grid])
        y, _ = ops.max_pool_forward(x, size, stride)
        equal(y, expected.transpose(2, 0, 1, 3), "y should be the maximum of each window")

    check()


@law("pool")
def pooling_points_at_the_first_of_the_largest(impl, backend="numpy"):
    """argmax is the first pixel, in reading order, of those in the window that hold its maximum."""
    ops = Hosted(impl, backend)

    @given(pools())
    def check(case):
        x, size, stride = case
        place = np.arange(x[0, ..., 0].size).reshape(x.shape[1:3])[..., None]
        grid = _cut_windows(x, size, stride)

        def first(a, b):
            window = x[:, a, b]
            largest = window == window.max(axis=(1, 2), keepdims=True)
            return np.where(largest, place[a, b], x.size).min(axis=(1, 2))

        expected = np.array([[first(a, b) for a, b in line] for line in grid])
        _, argmax = ops.max_pool_forward(x, size, stride)
        equal(argmax, expected.transpose(2, 0, 1, 3), "argmax should be the first of the largest")

    check()


@law("pool")
def pooling_gradients_add_up_at_shared_pixels(impl, backend="numpy"):
    """A pixel that won several windows gets the sum of their gradients, others get none."""
    ops = Hosted(impl, backend)

    @given(pools())
    def check(case):
        x, size, stride = case
        _, argmax = ops.max_pool_forward(x, size, stride)
        dy = 1.0 + np.arange(argmax.size).reshape(argmax.shape)
        dx = ops.max_pool_backward(dy, argmax, x.shape).reshape(len(x), -1, x.shape[3])
        for n, channel in np.ndindex(len(x), x.shape[3]):
            total = np.bincount(argmax[n, ..., channel].ravel(), dy[n, ..., channel].ravel(), dx.shape[1])
            equal(dx[n, :, channel], total, "each dy should go to the pixel that won")

    check()


@law("pool")
def unpooling_puts_values_back_once(impl, backend="numpy"):
    """Unpooled maps hold the original value at each pixel that won a window and zero elsewhere."""
    ops = Hosted(impl, backend)

    @given(pools())
    def check(case):
        x, size, stride = case
        y, argmax = ops.max_pool_forward(x, size, stride)
        won = ops.max_pool_backward(np.ones_like(y), argmax, x.shape) > 0
        equal(ops.max_unpool(y, argmax, x.shape), np.where(won, x, 0), "winning pixels keep their value")

    check()


@law("pool")
def pool_gradient_agrees_with_differences(impl, backend="numpy"):
    """dx agrees with central differences, away from ties."""

    @given(untied_maps(), st.integers(1, 3), st.integers(1, 3))
    def check(x, size, stride):
        size = min(size, *x.shape[1:3])

        def backward(dy, x):
            return impl.max_pool_backward(dy, impl.max_pool_forward(x, size, stride)[1], x.shape)

        gradcheck(lambda x: impl.max_pool_forward(x, size, stride), backward, {"x": x}, backend=backend)

    check()
