"""Our convolutional ops obey every law on every backend, and each law catches what breaks it."""

from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import Phase, settings

from wta_np import ops
from wta_np.testing import laws

FAMILIES = ("im2col", "conv", "spatial", "winners", "deconv", "pool")
ALL = [law for op in FAMILIES for law in laws.LAWS[op]]


def named(entry):
    return entry.__name__


@pytest.mark.parametrize("law", ALL, ids=named)
def test_our_ops_obey(law, backend):
    law(ops, backend)


def but(**functions):
    """Our ops with some functions replaced by broken ones."""
    return SimpleNamespace(**{**vars(ops), **functions})


# ------------------------------------------------------------------------------- windows and convolutions


def im2col_one_off(x, kh, kw, rows=None):
    return ops.im2col(np.roll(x, 1, axis=2), kh, kw, rows)


def im2col_wraps_around(x, kh, kw, rows=None):
    pad = ((0, 0), (kh // 2, kh // 2), (kw // 2, kw // 2), (0, 0))
    padded = np.pad(x, pad, mode="wrap")
    n, h, w, c = x.shape
    cols = np.array([padded[m, i : i + kh, j : j + kw].ravel() for m, i, j in np.ndindex(n, h, w)])
    return cols if rows is None else cols[rows].reshape(len(rows), kh * kw * c)


def col2im_sets(cols, shape, kh, kw, rows=None):
    x = np.zeros(shape)
    n, h, w, c = shape
    for r, row in enumerate(range(n * h * w) if rows is None else rows):
        m, i, j = row // (h * w), row // w % h, row % w
        for u, v in np.ndindex(kh, kw):
            a, b = i + u - kh // 2, j + v - kw // 2
            if 0 <= a < h and 0 <= b < w:
                x[m, a, b] = cols[r].reshape(kh, kw, c)[u, v]
    return x


def col2im_each_row_once(cols, shape, kh, kw, rows=None):
    if rows is None:
        return ops.col2im(cols, shape, kh, kw)
    rows, first = np.unique(rows, return_index=True)
    return ops.col2im(cols[first], shape, kh, kw, rows)


def window_rows_unclipped(rows, shape, kh, kw):
    steps = (np.arange(kh) - kh // 2)[:, None] * shape[2] + np.arange(kw) - kw // 2
    return np.unique(np.clip(rows[:, None] + steps.ravel(), 0, np.prod(shape[:3]) - 1))


def conv_flipped(x, W, b):
    return ops.conv2d_forward(x, W[::-1, ::-1], b)


def conv_padding_one_off(x, W, b):
    return np.roll(ops.conv2d_forward(x, W, b), 1, axis=2)


def conv_scaled_by_line(x, W, b):
    return ops.conv2d_forward(x * np.arange(1, x.shape[1] + 1)[:, None, None], W, b)


def conv_scaled_by_sample(x, W, b):
    weight = np.arange(1, len(x) + 1)[:, None, None, None]
    return ops.conv2d_forward(x * weight, W, b)


def conv_backward(**changes):
    """conv2d_backward with what comes out, or goes in, changed."""

    def backward(dy, x, W, rows=None):
        if changes.get("rows_ignored"):
            rows = None
            if dy.ndim == 2:
                raise AssertionError("needs the dense dy")
        dx, dW, db = ops.conv2d_backward(dy, x, W, rows)
        if changes.get("dx_flipped"):
            dx, _, _ = ops.conv2d_backward(dy, x, W[::-1, ::-1], rows)
        if changes.get("dx_shifted"):
            dx = np.roll(dx, 1, axis=1)
        if changes.get("dx_at_rows") and rows is not None:
            keep = np.zeros(x[..., 0].size, bool)
            keep[rows] = True
            dx = dx * keep.reshape(*x.shape[:3], 1)
        if changes.get("dx_everywhere"):
            dx = dx + 1e-12
        return dx, dW * changes.get("dW", 1), db * changes.get("db", 1)

    return but(conv2d_backward=backward)


def params_without_last_row(dy, x, kh, kw, rows=None):
    if rows is not None:
        rows, dy = rows[:-1], dy[:-1] if dy.ndim == 2 else dy
    return ops.conv2d_backward_params(dy, x, kh, kw, rows)


# -------------------------------------------------------------------------------- spatial and winners


def with_spatial(winner):
    """Our ops with another choice of spatial winners: a mask from h."""

    def spatial_forward(h):
        mask = winner(h)
        return h * mask, mask

    return but(spatial_forward=spatial_forward)


def across_channels(h):
    flat = h.reshape(len(h), -1)
    return (np.arange(flat.shape[1]) == flat.argmax(axis=1)[:, None]).reshape(h.shape)


def across_the_batch(h):
    flat = h.reshape(-1, h.shape[3])
    return (np.arange(len(flat))[:, None] == flat.argmax(axis=0)).reshape(h.shape)


def all_ties_win(h):
    return h == h.max(axis=(1, 2), keepdims=True)


def last_of_ties_wins(h):
    return ops.spatial_forward(h[:, ::-1, ::-1])[1][:, ::-1, ::-1]


def last_column_first(h):
    return ops.spatial_forward(h.transpose(0, 2, 1, 3))[1].transpose(0, 2, 1, 3)


def smallest_wins(h):
    return ops.spatial_forward(-h)[1]


def from_mask(h, mask):
    n, y, x, f = np.nonzero(mask)
    order = np.lexsort((n, f))
    n, y, x, f = (index[order] for index in (n, y, x, f))
    return ops.Winners(n, y, x, f, h[n, y, x, f], h.shape)


def with_winners(choose):
    """Our ops with another select_winners: a mask from h and k."""
    return but(select_winners=lambda h, k: from_mask(h, choose(h, len(h) if k is None else k)))


def per_sample(h, k):
    z, mask = ops.spatial_forward(h)
    best = z.max(axis=(1, 2))  # (N, F)
    kept = np.argsort(np.argsort(-best, axis=1, kind="stable"), axis=1) < k
    return mask & kept[:, None, None, :]


def lifetime_before_spatial(h, k):
    z, _ = ops.lifetime_forward(h, k)
    return ops.spatial_forward(z)[1] & (z > 0)


def no_spatial_at_all(h, k):
    return ops.lifetime_mask(h.reshape(-1, h.shape[3]), k).reshape(h.shape)


def one_too_many(h, k):
    return ops.spatial_forward(h)[1] & _lifetime_of_winners(h, min(k + 1, len(h)))


def later_sample_wins_ties(h, k):
    return ops.spatial_forward(h)[1] & _lifetime_of_winners(h[::-1], k)[::-1]


def first_samples_win(h, k):
    return ops.spatial_forward(h)[1] & (np.arange(len(h)) < k)[:, None, None, None]


def only_positive(h, k):
    return ops.spatial_forward(h)[1] & _lifetime_of_winners(h, k) & (h > 0)


def k_at_most_two(h, k):
    return ops.spatial_forward(h)[1] & _lifetime_of_winners(h, min(k, 2))


def _lifetime_of_winners(h, k):
    return ops.lifetime_mask(h.max(axis=(1, 2)), k)[:, None, None, :]


def changed(**change):
    """select_winners whose list is changed by functions of (winners) for some of its fields."""

    class Changed(ops.Winners):
        rows = property(change["rows"]) if "rows" in change else ops.Winners.rows

        def dense(self):
            return change["dense"](self) if "dense" in change else super().dense()

    def select_winners(h, k):
        w = ops.select_winners(h, k)
        order = change["order"](w) if "order" in change else slice(None)
        fields = [getattr(w, name)[order] for name in ("n", "y", "x", "f", "value")]
        return Changed(*fields, w.shape)

    return but(select_winners=select_winners)


# -------------------------------------------------------------------------------------------- decoder


def decoder_flipped(z, D, b):
    return ops.deconv2d_forward(z, D[:, ::-1, ::-1], b)


def decoder_without_bias(z, D, b):
    return ops.deconv2d_forward(z, D, 0 * b)


def decoder_shifts_winners(z, D, b):
    x_hat = ops.deconv2d_forward(z, D, b)
    return np.roll(x_hat, 1, axis=2) if isinstance(z, ops.Winners) else x_hat


def decoder_last_winner_of_a_place(z, D, b):
    if isinstance(z, ops.Winners):
        _, last = np.unique(z.rows[::-1], return_index=True)
        keep = len(z) - 1 - last
        z = ops.Winners(z.n[keep], z.y[keep], z.x[keep], z.f[keep], z.value[keep], z.shape)
    return ops.deconv2d_forward(z, D, b)


def decoder_backward(dense=(1, 1, 1), winners=(1, 1, 1), change_dy=lambda dy: dy):
    def backward(dy, z, D):
        dz, dD, db = ops.deconv2d_backward(change_dy(dy), z, D)
        if isinstance(z, ops.Winners):
            return dz.with_value(dz.value * winners[0]), dD * winners[1], db * winners[2]
        return dz * dense[0], dD * dense[1], db * dense[2]

    return but(deconv2d_backward=backward)


def dz_moved(dy, z, D):
    dz, dD, db = ops.deconv2d_backward(dy, z, D)
    if isinstance(z, ops.Winners):
        dz = ops.Winners(dz.n[::-1], dz.y[::-1], dz.x[::-1], dz.f[::-1], dz.value[::-1], dz.shape)
    return dz, dD, db


def mean_residual(dy):
    return dy + dy.sum()


# --------------------------------------------------------------------------------------------- pool


def pool_with(value=lambda y: y, place=lambda argmax, x: argmax, prepare=lambda x: x):
    def max_pool_forward(x, size, stride):
        y, argmax = ops.max_pool_forward(prepare(x), size, stride)
        return value(y), place(argmax, x)

    return but(max_pool_forward=max_pool_forward)


def pool_mean(x, size, stride):
    _, argmax = ops.max_pool_forward(x, size, stride)
    return np.full(argmax.shape, x.mean()), argmax


def pool_drops_ragged_edges(x, size, stride):
    y, argmax = ops.max_pool_forward(x, size, stride)
    rows, columns = ((n - size) // stride + 1 for n in x.shape[1:3])
    return y[:, :rows, :columns], argmax[:, :rows, :columns]


def pool_last_of_ties(x, size, stride):
    y, argmax = ops.max_pool_forward(x, size, stride)
    w = x.shape[2]
    for n, p, q, c in np.ndindex(y.shape):
        window = x[n, p * stride :, q * stride :, c][:size, :size]
        i, j = np.argwhere(window == y[n, p, q, c])[-1]
        argmax[n, p, q, c] = (p * stride + i) * w + q * stride + j
    return y, argmax


def unpool_as_gradient(y, argmax, shape):
    return ops.max_pool_backward(y, argmax, shape)


def unpool_backward(dy, argmax, shape):
    return ops.max_unpool(dy, argmax, shape)


MUTANTS = {
    laws.a_row_is_the_window_around_its_position: {
        "padding off by one": but(im2col=im2col_one_off),
        "wraps around": but(im2col=im2col_wraps_around),
        "window transposed": but(
            im2col=lambda x, kh, kw, rows=None: ops.im2col(
                x.transpose(0, 2, 1, 3).copy().reshape(x.shape), kh, kw, rows
            )
        ),
    },
    laws.rows_pick_windows: {
        "rows ignored": but(im2col=lambda x, kh, kw, rows=None: ops.im2col(x, kh, kw)),
        "rows sorted": but(
            im2col=lambda x, kh, kw, rows=None: ops.im2col(x, kh, kw, rows if rows is None else np.sort(rows))
        ),
    },
    laws.col2im_is_the_adjoint_of_im2col: {"set instead of added": but(col2im=col2im_sets)},
    laws.col2im_of_rows_is_the_adjoint_of_im2col_of_rows: {
        "set instead of added": but(col2im=col2im_sets),
        "each row once": but(col2im=col2im_each_row_once),
        "rows in another order": but(
            col2im=lambda c, s, kh, kw, rows=None: ops.col2im(
                c, s, kh, kw, rows if rows is None else np.sort(rows)
            )
        ),
        "padding off by one": but(im2col=im2col_one_off),
    },
    laws.window_rows_are_where_col2im_arrives: {
        "border not clipped": but(window_rows=window_rows_unclipped),
        "only the rows": but(window_rows=lambda rows, shape, kh, kw: np.unique(rows)),
        "height and width exchanged": but(
            window_rows=lambda rows, shape, kh, kw: ops.window_rows(rows, shape, kw, kh)
        ),
        "not sorted": but(window_rows=lambda *a: ops.window_rows(*a)[::-1]),
    },
    laws.a_single_pixel_gives_the_filter_turned: {
        "filters flipped": but(conv2d_forward=conv_flipped),
        "padding off by one": but(conv2d_forward=conv_padding_one_off),
        "bias forgotten": but(conv2d_forward=lambda x, W, b: ops.conv2d_forward(x, W, 0 * b)),
        "width and height exchanged": but(
            conv2d_forward=lambda x, W, b: ops.conv2d_forward(x.transpose(0, 2, 1, 3).copy(), W, b).transpose(
                0, 2, 1, 3
            )
        ),
    },
    laws.shifted_images_give_shifted_maps: {
        "depends on the line": but(conv2d_forward=conv_scaled_by_line),
    },
    laws.permuting_samples_permutes_the_maps: {
        "depends on the sample's index": but(conv2d_forward=conv_scaled_by_sample),
        "first image added": but(conv2d_forward=lambda x, W, b: ops.conv2d_forward(x, W, b) + x[0].sum()),
    },
    laws.conv_gradients_agree_with_differences: {
        "dx not turned": conv_backward(dx_flipped=True),
        "dx shifted": conv_backward(dx_shifted=True),
        "dW twice": conv_backward(dW=2),
        "db with the wrong sign": conv_backward(db=-1),
    },
    laws.backward_over_rows_equals_dense_backward: {
        "dx at the rows alone": conv_backward(dx_at_rows=True),
        "last row forgotten": but(conv2d_backward_params=params_without_last_row),
    },
    laws.rows_that_are_not_named_are_not_touched: {"rows ignored": conv_backward(rows_ignored=True)},
    laws.gradient_stays_inside_the_windows_of_active_rows: {
        "everywhere": conv_backward(dx_everywhere=True),
        "at the rows alone": conv_backward(dx_at_rows=True),
        "shifted": conv_backward(dx_shifted=True),
    },
    laws.each_map_of_each_image_has_one_winner: {
        "maximum across channels": with_spatial(across_channels),
        "maximum over the batch": with_spatial(across_the_batch),
        "all ties win": with_spatial(all_ties_win),
    },
    laws.the_winner_is_the_first_of_the_largest: {
        "last of ties": with_spatial(last_of_ties_wins),
        "columns before lines": with_spatial(last_column_first),
        "smallest wins": with_spatial(smallest_wins),
    },
    laws.the_spatial_code_is_zero_but_for_winners: {
        "losers kept": but(spatial_forward=lambda h: (h, ops.spatial_forward(h)[1])),
        "winners become one": but(spatial_forward=lambda h: (1.0 * ops.spatial_forward(h)[1],) * 2),
        "one winner left out": but(spatial_backward=lambda dz, mask: dz * mask * (dz > 1)),
    },
    laws.spatial_gradient_agrees_with_differences: {
        "mask not applied": but(spatial_backward=lambda dz, mask: dz),
        "mask inverted": but(spatial_backward=lambda dz, mask: dz * ~mask),
    },
    laws.winners_are_the_masks_nonzeros: {
        "top k per sample": with_winners(per_sample),
        "lifetime before spatial": with_winners(lifetime_before_spatial),
        "later sample wins ties": with_winners(later_sample_wins_ties),
        "one too many": with_winners(one_too_many),
        "zeros dropped": with_winners(only_positive),
    },
    laws.winners_describe_their_dense_code: {
        "x and y exchanged": changed(rows=lambda w: (w.n * w.shape[1] + w.x) * w.shape[2] + w.y),
        "rows within the image": changed(rows=lambda w: w.y * w.shape[2] + w.x),
        "dense of ones": changed(dense=lambda w: 1.0 * (ops.Winners.dense(w) > 0)),
    },
    laws.each_map_has_at_most_k_positive_winners: {
        "top k per sample": with_winners(per_sample),
        "one too many": with_winners(one_too_many),
        "no spatial sparsity": with_winners(no_spatial_at_all),
    },
    laws.k_equal_to_n_is_spatial_sparsity_alone: {
        "k is at most two": with_winners(k_at_most_two),
        "lifetime before spatial": with_winners(lifetime_before_spatial),
        "maximum over the batch": with_winners(lambda h, k: across_the_batch(h)),
    },
    laws.permuting_samples_permutes_the_code: {"first samples win": with_winners(first_samples_win)},
    laws.winners_come_by_map_then_by_sample: {
        "by sample": changed(order=lambda w: np.lexsort((w.f, w.n))),
        "backwards": changed(order=lambda w: slice(None, None, -1)),
    },
    laws.an_atom_appears_upright_where_the_code_says: {
        "flipped": but(deconv2d_forward=decoder_flipped),
        "bias forgotten": but(deconv2d_forward=decoder_without_bias),
        "shifted": but(deconv2d_forward=lambda z, D, b: np.roll(ops.deconv2d_forward(z, D, b), 1, axis=1)),
    },
    laws.decoding_is_the_adjoint_of_a_convolution: {
        "flipped": but(deconv2d_forward=decoder_flipped),
        "convolution flipped": but(conv2d_forward=conv_flipped),
    },
    laws.decoding_winners_equals_decoding_their_dense_code: {
        "winners shifted": but(deconv2d_forward=decoder_shifts_winners),
        "one winner at each place": but(deconv2d_forward=decoder_last_winner_of_a_place),
        "dz twice": decoder_backward(winners=(2, 1, 1)),
        "dD twice": decoder_backward(winners=(1, 2, 1)),
        "db twice": decoder_backward(winners=(1, 1, 2)),
        "dz in another order": but(deconv2d_backward=dz_moved),
    },
    laws.only_the_windows_of_winners_are_read: {
        "mean residual added": decoder_backward(change_dy=mean_residual),
        "first column never read": decoder_backward(
            change_dy=lambda dy: dy * (np.arange(dy.shape[2]) > 0)[:, None]
        ),
    },
    laws.deconv_gradients_agree_with_differences: {
        "dz twice": decoder_backward(dense=(2, 1, 1)),
        "dD with the wrong sign": decoder_backward(dense=(1, -1, 1)),
        "db halved": decoder_backward(dense=(1, 1, 0.5)),
    },
    laws.gradients_from_winners_agree_with_differences: {
        "dz twice": decoder_backward(winners=(2, 1, 1)),
        "dD with the wrong sign": decoder_backward(winners=(1, -1, 1)),
        "db halved": decoder_backward(winners=(1, 1, 0.5)),
    },
    laws.pooling_keeps_the_largest_of_each_window: {
        "mean": but(max_pool_forward=pool_mean),
        "smallest": pool_with(value=lambda y: -y, prepare=lambda x: -x),
        "ragged edges dropped": but(max_pool_forward=pool_drops_ragged_edges),
        "stride forgotten": but(max_pool_forward=lambda x, size, stride: ops.max_pool_forward(x, size, size)),
    },
    laws.pooling_points_at_the_first_of_the_largest: {
        "ties to the last": but(max_pool_forward=pool_last_of_ties),
        "counted by columns": pool_with(place=lambda a, x: a % x.shape[2] * x.shape[1] + a // x.shape[2]),
    },
    laws.pooling_gradients_add_up_at_shared_pixels: {
        "set instead of added": but(max_pool_backward=unpool_backward),
    },
    laws.unpooling_puts_values_back_once: {"added instead of set": but(max_unpool=unpool_as_gradient)},
    laws.pool_gradient_agrees_with_differences: {
        "set instead of added": but(max_pool_backward=unpool_backward),
        "twice": but(max_pool_backward=lambda *a: 2 * ops.max_pool_backward(*a)),
    },
}
CASES = [
    pytest.param(law, m, id=f"{named(law)}: {why}") for law, ms in MUTANTS.items() for why, m in ms.items()
]


@pytest.fixture
def search():
    """More examples, the same in each run; that one fails is enough, the smallest would cost most of the time."""
    before = settings.get_current_profile_name()
    settings.register_profile(
        "mutants",
        settings.get_profile(before),
        phases=[Phase.generate],
        max_examples=500,
        derandomize=True,
        database=None,
        report_multiple_bugs=False,
    )
    settings.load_profile("mutants")
    yield
    settings.load_profile(before)


@pytest.mark.parametrize(("law", "mutant"), CASES)
@pytest.mark.usefixtures("search")
def test_each_law_catches(law, mutant):
    with pytest.raises(AssertionError):
        law(mutant)


def test_every_law_has_a_mutant():
    assert set(MUTANTS) == set(ALL)
