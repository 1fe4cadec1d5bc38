"""The convolutional ops against loop oracles, their dtypes, and what they say to wrong input."""

import dataclasses
import sys
import tracemalloc

import numpy as np
import oracles
import pytest
from hypothesis import given

from wta_np import ops
from wta_np.backend import backend_name, to_backend, to_numpy
from wta_np.testing.strategies_conv import codes, conv_layers, feature_maps_with_k, pools, windows

RNG = np.random.default_rng(0)


def close(actual, expected):
    np.testing.assert_allclose(actual, expected, atol=1e-12)


@pytest.fixture(params=["whole", "pieces"])
def pieces(request, monkeypatch):
    """The ops as they are, and forced to work by single images and rows."""
    if request.param == "pieces":
        windows = sys.modules["wta_np.ops.im2col"]
        monkeypatch.setattr(windows, "CHUNK_BYTES", {"numpy": 1})
        monkeypatch.setattr(windows, "DEVICE_CHUNK_BYTES", 1)


@given(windows())
def test_im2col_and_col2im_equal_the_loops(case):
    x, kh, kw, rows = case
    close(ops.im2col(x, kh, kw), oracles.im2col(x, kh, kw))
    close(ops.im2col(x, kh, kw, rows), oracles.im2col(x, kh, kw, rows))
    for some in (None, rows):
        cols = np.sin(1.0 + np.arange(ops.im2col(x, kh, kw, some).size)).reshape(-1, kh * kw * x.shape[3])
        close(ops.col2im(cols, x.shape, kh, kw, some), oracles.col2im(cols, x.shape, kh, kw, some))
    assert ops.window_rows(rows, x.shape, kh, kw).tolist() == oracles.window_rows(rows, x.shape, kh, kw)


@given(conv_layers())
def test_convolution_equals_the_loops(pieces, layer):
    x, W, b = layer
    y = ops.conv2d_forward(x, W, b)
    close(y, oracles.conv2d(x, W, b))
    dy = np.cos(y)
    expected = oracles.conv2d_gradients(dy, x, W)
    every_row = np.arange(y[..., 0].size)
    for rows in (None, every_row):
        for ours, loops in zip(ops.conv2d_backward(dy, x, W, rows), expected):
            close(ours, loops)
        for ours, loops in zip(ops.conv2d_backward_params(dy, x, *W.shape[:2], rows), expected[1:]):
            close(ours, loops)


def test_rows_that_repeat_add_up():
    x, W = RNG.normal(size=(2, 4, 4, 2)), RNG.normal(size=(3, 3, 2, 3))
    rows, short = np.array([5, 17, 5]), RNG.normal(size=(3, 3))
    dy = np.zeros((32, 3))
    np.add.at(dy, rows, short)
    for ours, loops in zip(
        ops.conv2d_backward(short, x, W, rows), oracles.conv2d_gradients(dy.reshape(2, 4, 4, 3), x, W)
    ):
        close(ours, loops)


def test_no_rows_give_zero_gradients(place):
    x, W = place(np.ones((1, 3, 3, 2))), place(np.ones((3, 3, 2, 1)))
    for part in ops.conv2d_backward(place(np.ones((1, 3, 3, 1))), x, W, place(np.zeros(0, int))):
        assert not to_numpy(part).any()


@given(feature_maps_with_k())
def test_spatial_and_winners_equal_the_loops(case):
    h, k = case
    z, mask = ops.spatial_forward(h)
    np.testing.assert_array_equal(mask, oracles.spatial_mask(h))
    np.testing.assert_array_equal(z, np.where(mask, h, 0))
    for some in (k, None):
        code = ops.select_winners(h, some)
        assert list(zip(code.n, code.y, code.x, code.f, code.value)) == oracles.winner_list(h, some)
        kept = mask if some is None else mask & oracles.lifetime_mask(h.max(axis=(1, 2)), k)[:, None, None]
        np.testing.assert_array_equal(code.dense(), np.where(kept, h, 0))
        assert len(code) == kept.sum()


@given(codes())
def test_deconvolution_equals_the_loops(pieces, case):
    h, k, D, b = case
    code = ops.select_winners(h, k)
    for z in (h, code):
        dense = z if z is h else code.dense()
        x_hat = ops.deconv2d_forward(z, D, b)
        close(x_hat, oracles.deconv2d(dense, D, b))
        dz, dD, db = ops.deconv2d_backward(np.cos(x_hat), z, D)
        loops = oracles.deconv2d_gradients(np.cos(x_hat), dense, D)
        if z is code:
            close(dz.value, loops[0][code.n, code.y, code.x, code.f])
        else:
            close(dz, loops[0])
        close(dD, loops[1])
        close(db, loops[2])


@given(pools())
def test_pooling_equals_the_loops(case):
    x, size, stride = case
    y, argmax = ops.max_pool_forward(x, size, stride)
    np.testing.assert_array_equal(ops.max_pool(x, size, stride), y)
    loops = oracles.max_pool(x, size, stride)
    np.testing.assert_array_equal(y, loops[0])
    np.testing.assert_array_equal(argmax, loops[1])
    close(
        ops.max_pool_backward(np.cos(y), argmax, x.shape),
        oracles.max_pool_gradient(np.cos(y), argmax, x.shape),
    )
    close(ops.max_unpool(y, argmax, x.shape), oracles.max_unpool(y, argmax, x.shape))


def test_pooling_5_by_5_with_stride_3_covers_28_by_28_by_9_windows():
    x = RNG.normal(size=(2, 28, 28, 3))
    y, argmax = ops.max_pool_forward(x, 5, 3)
    assert y.shape == (2, 9, 9, 3)
    np.testing.assert_array_equal(y, oracles.max_pool(x, 5, 3)[0])
    assert y[0, 8, 8, 0] == x[0, 24:, 24:, 0].max()
    assert argmax.max() < 28 * 28


def test_a_map_that_is_zero_everywhere_wins_with_value_zero_and_adds_nothing():
    h = np.zeros((4, 3, 3, 1))
    code = ops.select_winners(h, 2)
    assert code.n.tolist() == [0, 1] and code.rows.tolist() == [0, 9] and not code.value.any()
    D = np.ones((1, 3, 3, 1))
    assert not ops.deconv2d_forward(code, D, np.zeros(1)).any()
    dz, dD, _ = ops.deconv2d_backward(np.ones(h.shape), code, D)
    assert dz.value.tolist() == [4.0, 4.0] and not dD.any()


def test_infinite_activities_win_and_leave_no_nan_behind():
    h = np.zeros((1, 2, 2, 2))
    h[0, 1, 0] = np.inf
    z, mask = ops.spatial_forward(h)
    assert not np.isnan(z).any() and mask[0, 1, 0].all()


def test_winners_cannot_be_changed():
    code = ops.select_winners(np.ones((1, 2, 2, 1)), None)
    with pytest.raises(dataclasses.FrozenInstanceError):
        code.value = 0
    assert code.with_value(2 * code.value).value.tolist() == [2.0]


def test_a_convolution_of_a_whole_batch_stays_below_300_megabytes():
    x = np.zeros((100, 28, 28, 64), "f4")
    W, b = np.zeros((5, 5, 64, 64), "f4"), np.zeros(64, "f4")
    tracemalloc.start()
    ops.conv2d_backward(ops.conv2d_forward(x, W, b), x, W)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak + x.nbytes < 300e6


def _calls(dtype):
    """Every op with its arguments, as (function, arguments)."""

    def draw(*shape):
        return RNG.normal(size=shape).astype(dtype)

    x, W, D = draw(2, 4, 5, 2), draw(3, 3, 2, 3), draw(3, 5, 3, 2)
    maps, rows = draw(2, 4, 5, 3), np.array([7, 3, 39])
    mask = np.zeros(maps.shape, bool)
    mask[:, 0, 0] = True
    code = ops.select_winners(maps, 1)
    pooled, argmax = ops.max_pool_forward(x, 3, 2)
    return [
        (ops.im2col, (x, 3, 5)),
        (ops.im2col, (x, 3, 5, rows)),
        (ops.col2im, (draw(40, 18), x.shape, 3, 3)),
        (ops.col2im, (draw(3, 18), x.shape, 3, 3, rows)),
        (ops.window_rows, (rows, x.shape, 3, 3)),
        (ops.conv2d_forward, (x, W, draw(3))),
        (ops.conv2d_forward, (draw(2, 4, 5, 3), draw(3, 3, 3, 1), draw(1))),
        (ops.conv2d_backward, (maps, x, W)),
        (ops.conv2d_backward, (maps, x, W, rows)),
        (ops.conv2d_backward, (draw(3, 3), x, W, rows)),
        (ops.conv2d_backward_params, (maps, x, 3, 3)),
        (ops.conv2d_backward_params, (maps, x, 3, 3, rows)),
        (ops.spatial_winners, (maps,)),
        (ops.spatial_forward, (maps,)),
        (ops.spatial_backward, (maps, mask)),
        (ops.select_winners, (maps, 1)),
        (ops.select_winners, (maps, None)),
        (ops.deconv2d_forward, (maps, D, draw(2))),
        (ops.deconv2d_forward, (code, D, draw(2))),
        (ops.deconv2d_backward, (x, maps, D)),
        (ops.deconv2d_backward, (x, code, D)),
        (ops.max_pool_forward, (x, 3, 2)),
        (ops.max_pool, (x, 3, 2)),
        (ops.max_pool_backward, (pooled, argmax, x.shape)),
        (ops.max_unpool, (pooled, argmax, x.shape)),
    ]


def _placed(value, backend):
    if isinstance(value, ops.Winners):
        fields = {name: _placed(getattr(value, name), backend) for name in ("n", "y", "x", "f", "value")}
        return dataclasses.replace(value, **fields)
    return to_backend(value.copy(), backend) if isinstance(value, np.ndarray) else value


def _arrays(values):
    """The arrays among values, and inside Winners."""
    for value in values:
        if isinstance(value, ops.Winners):
            yield from (value.n, value.y, value.x, value.f, value.value)
        elif backend_name(value):
            yield value


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("case", range(len(_calls("float32"))))
def test_every_op_keeps_dtype_backend_and_arguments(case, dtype, backend):
    function, arguments = _calls(dtype)[case]
    placed = [_placed(a, backend) for a in arguments]
    result = function(*placed)
    for part in _arrays(result if isinstance(result, tuple) else (result,)):
        assert backend_name(part) == backend
        assert part.dtype == np.dtype(dtype) or part.dtype.kind in "bi"
    for before, after in zip(_arrays(arguments), _arrays(placed)):
        np.testing.assert_array_equal(to_numpy(after), before)


def test_the_table_of_ops_above_is_complete():
    functions = {f.__name__ for f, _ in _calls("float32")} | {"Winners", "pooled_length"}
    families = {"im2col", "conv", "spatial", "winners", "deconv", "pool"}
    exported = {n for n in ops.__all__ if getattr(ops, n).__module__.split(".")[-1] in families}
    assert exported == functions


X = np.zeros((2, 4, 5, 3))
FLAT = np.zeros((2, 60))
W = np.zeros((3, 3, 3, 6))
D = np.zeros((3, 3, 3, 1))
B = np.zeros(6)
CODE = ops.select_winners(X, 1)
NAN = np.where(np.arange(120).reshape(X.shape) == 60, np.nan, 1.0)


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: ops.im2col(X, 2, 3), ValueError, "kh is 2, expected an odd number"),
        (lambda: ops.im2col(X, 3, 0), ValueError, "kw is 0, expected at least 1"),
        (lambda: ops.im2col(X, 3, 3.0), TypeError, "kw is 3.0, expected a whole number"),
        (lambda: ops.im2col(FLAT, 3, 3), ValueError, r"x has shape \(2, 60\), expected \(N, H, W, C\)"),
        (
            lambda: ops.im2col(X, 3, 3, np.array([40])),
            ValueError,
            "rows reaches from 40 to 40, expected.* 39",
        ),
        (lambda: ops.im2col(X, 3, 3, np.array([-1])), ValueError, "rows reaches from -1"),
        (lambda: ops.im2col(X, 3, 3, np.array([1.0])), TypeError, "rows holds float64"),
        (lambda: ops.im2col(X, 3, 3, np.array([[1]])), ValueError, r"rows has shape \(1, 1\)"),
        (lambda: ops.im2col(X, 3, 3, [1]), TypeError, "rows is a list"),
        (lambda: ops.col2im(np.zeros((40, 26)), X.shape, 3, 3), ValueError, r"cols has shape \(40, 26\)"),
        (
            lambda: ops.col2im(np.zeros((2, 27)), X.shape, 3, 3, np.array([1])),
            ValueError,
            r"rows has shape \(1,\)",
        ),
        (lambda: ops.window_rows(np.array([1]), X.shape, 4, 3), ValueError, "kh is 4"),
        (
            lambda: ops.conv2d_forward(FLAT, W, B),
            ValueError,
            r"x has shape \(2, 60\), expected \(N, H, W, C\)",
        ),
        (lambda: ops.conv2d_forward(X[..., :2], W, B), ValueError, r"W has shape \(3, 3, 3, 6\).*C=2"),
        (lambda: ops.conv2d_forward(X, W[:2], B), ValueError, "kh is 2, expected an odd number"),
        (lambda: ops.conv2d_forward(X, W, B[:2]), ValueError, r"b has shape \(2,\).*F=6"),
        (lambda: ops.conv2d_forward(X.astype("f4"), W, B), TypeError, "W is float64 but x is float32"),
        (lambda: ops.conv2d_backward(X, X, W), ValueError, r"dy has shape \(2, 4, 5, 3\).*F=6"),
        (lambda: ops.conv2d_backward(X, X, W, np.array([0])), ValueError, r"dy has shape \(2, 4, 5, 3\)"),
        (lambda: ops.conv2d_backward(FLAT, X, W, np.array([0])), ValueError, r"dy has shape \(2, 60\)"),
        (lambda: ops.conv2d_backward_params(X[:1], X, 3, 3), ValueError, r"dy has shape \(1, 4, 5, 3\)"),
        (lambda: ops.spatial_forward(FLAT), ValueError, r"h has shape \(2, 60\), expected \(N, H, W, F\)"),
        (lambda: ops.spatial_forward(X[:, :0]), ValueError, "expected maps of at least one pixel"),
        (lambda: ops.spatial_forward(NAN), ValueError, "h contains NaN"),
        (lambda: ops.spatial_backward(X, X[1:] > 0), ValueError, r"mask has shape \(1, 4, 5, 3\)"),
        (lambda: ops.select_winners(FLAT, 1), ValueError, r"h has shape \(2, 60\)"),
        (lambda: ops.select_winners(X, 3), ValueError, "k is 3, expected between 1 and 2"),
        (lambda: ops.select_winners(X, 0), ValueError, "k is 0"),
        (lambda: ops.select_winners(X, 0.5), TypeError, "k is 0.5, expected a whole number"),
        (lambda: ops.select_winners(NAN, 1), ValueError, "h contains NaN"),
        (lambda: CODE.with_value(np.zeros(2)), ValueError, r"n has shape \(3,\), expected \(2,\) like value"),
        (lambda: ops.deconv2d_forward(FLAT, D, B[:1]), ValueError, r"z has shape \(2, 60\)"),
        (lambda: ops.deconv2d_forward(X, D[:2], B[:1]), ValueError, r"D has shape \(2, 3, 3, 1\).*F=3"),
        (
            lambda: ops.deconv2d_forward(CODE, D[:2], B[:1]),
            ValueError,
            r"D has shape \(2, 3, 3, 1\), expected \(3",
        ),
        (lambda: ops.deconv2d_forward(CODE, D[:, :2], B[:1]), ValueError, "kh is 2"),
        (lambda: ops.deconv2d_forward(CODE, D, B), ValueError, r"b has shape \(6,\).*C=1"),
        (lambda: ops.deconv2d_forward(CODE, D.astype("f4"), B[:1]), TypeError, "D is float32 but"),
        (lambda: ops.deconv2d_backward(X, CODE, D), ValueError, r"dy has shape \(2, 4, 5, 3\)"),
        (lambda: ops.deconv2d_backward(X[:1, ..., :1], X, D), ValueError, r"dy has shape \(1, 4, 5, 1\)"),
        (
            lambda: ops.max_pool_forward(X, 5, 1),
            ValueError,
            "size is 5, expected at most 4: the maps of x are 4 x 5",
        ),
        (lambda: ops.max_pool_forward(X, 2, 0), ValueError, "stride is 0, expected at least 1"),
        (lambda: ops.max_pool_forward(X, 2.0, 1), TypeError, "size is 2.0"),
        (lambda: ops.max_pool_forward(FLAT, 2, 2), ValueError, r"x has shape \(2, 60\)"),
        (lambda: ops.max_pool_forward(NAN, 2, 2), ValueError, "x contains NaN"),
        (lambda: ops.max_pool(NAN, 2, 2), ValueError, "x contains NaN"),
        (
            lambda: ops.max_pool(np.where(np.indices(X.shape)[1] == 1, np.nan, X), 1, 2),
            ValueError,
            "x contains NaN",
        ),
        (
            lambda: ops.max_pool_backward(X, np.full(X.shape, 20), X.shape),
            ValueError,
            "argmax reaches from 20 to 20.*maps of 4 x 5",
        ),
        (lambda: ops.max_unpool(X, np.zeros(X.shape), X.shape), TypeError, "argmax holds float64"),
        (lambda: ops.max_unpool(X, np.zeros((1, 1), int), X.shape), ValueError, r"argmax has shape \(1, 1\)"),
    ],
)
def test_wrong_input_gets_a_sentence_that_names_it(call, error, words):
    with pytest.raises(error, match=words):
        call()


def test_arrays_of_two_backends_are_refused_by_name():
    with pytest.raises(TypeError, match="rows is on strict but x is on numpy"):
        ops.im2col(X, 3, 3, to_backend(np.array([1]), "strict"))
    with pytest.raises(TypeError, match=r"z.value is on numpy but D is on strict"):
        ops.deconv2d_forward(CODE, to_backend(D, "strict"), to_backend(np.zeros(1), "strict"))


@pytest.mark.parametrize("size", [1, 3, 5])
def test_the_plain_convolution_and_the_fast_one_agree(size, monkeypatch, place):
    x, W, b = (place(RNG.normal(size=shape)) for shape in ((4, 7, 6, 3), (size, size, 3, 5), (5,)))
    dy = place(RNG.normal(size=(4, 7, 6, 5)))
    results = []
    for pays in (True, False):
        monkeypatch.setattr("wta_np.ops.fast.pays", lambda *_, pays=pays: pays)
        results.append([to_numpy(a) for a in (ops.conv2d_forward(x, W, b), *ops.conv2d_backward(dy, x, W))])
    for fast, plain in zip(*results):
        np.testing.assert_allclose(fast, plain, rtol=1e-12, atol=1e-12)
