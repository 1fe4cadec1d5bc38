"""Weights in PyTorch's layout mean the same here as there: its layers are written out below as loops."""

import numpy as np
import pytest

from wta_np import FCWTA, RBM, ConvWTA, Stack
from wta_np.interop import from_torch, read_weights, to_torch, write_weights

RNG = np.random.default_rng(0)


def draw(*shape):
    return RNG.normal(0, 0.5, shape)


def linear(x, weight, bias):
    """torch.nn.Linear: y[n, o] = sum_i weight[o, i] x[n, i] + bias[o]."""
    return np.array([[sum(w * v for w, v in zip(row, xn)) + b for row, b in zip(weight, bias)] for xn in x])


def conv2d(x, weight, bias):
    """torch.nn.Conv2d with padding="same": x (N, C, H, W), weight (F, C, kh, kw), each place of the result a loop."""
    n, c, h, w = x.shape
    f, _, kh, kw = weight.shape
    y = np.zeros((n, f, h, w))
    for i, o, r, s in np.ndindex(n, f, h, w):
        y[i, o, r, s] = bias[o]
        for q, u, v in np.ndindex(c, kh, kw):
            a, b = r + u - kh // 2, s + v - kw // 2
            if 0 <= a < h and 0 <= b < w:
                y[i, o, r, s] += weight[o, q, u, v] * x[i, q, a, b]
    return y


def conv_transpose2d(z, weight, bias):
    """torch.nn.ConvTranspose2d with padding kh // 2: z (N, F, H, W), weight (F, C, kh, kw), each code puts it down."""
    n, f, h, w = z.shape
    _, c, kh, kw = weight.shape
    y = np.zeros((n, c, h, w)) + bias[:, None, None]
    for i, o, r, s in np.ndindex(n, f, h, w):
        for q, u, v in np.ndindex(c, kh, kw):
            a, b = r + u - kh // 2, s + v - kw // 2
            if 0 <= a < h and 0 <= b < w:
                y[i, q, a, b] += weight[o, q, u, v] * z[i, o, r, s]
    return y


def relu(a):
    return np.where(a > 0, a, 0)


def ours(x):
    """(N, C, H, W) as (N, H, W, C)."""
    return np.ascontiguousarray(x.transpose(0, 2, 3, 1))


@pytest.mark.parametrize("tied", [False, True])
def test_linear_layers_are_a_dense_model(tied):
    one, two = (draw(5, 8), draw(5)), (draw(3, 5), draw(3))
    decoder = (None if tied else draw(8, 3), draw(8))
    model = from_torch([one, two], decoder)
    x = draw(4, 8)
    z = relu(linear(relu(linear(x, *one)), *two))
    np.testing.assert_allclose(model.encode(x), z, atol=1e-12)
    back = linear(z, decoder[0], decoder[1]) if not tied else z @ two[0] @ one[0] + decoder[1]
    np.testing.assert_allclose(model.decode(z), back, atol=1e-12)


def test_a_flattened_image_lies_there_channels_first():
    one, decoder = (draw(5, 3 * 4 * 2), draw(5)), (draw(24, 5), draw(24))
    x = draw(6, 2, 3, 4)  # (N, C, H, W)
    model = from_torch([one], decoder, image_shape=(3, 4, 2))
    z = relu(linear(x.reshape(6, -1), *one))
    np.testing.assert_allclose(model.encode(ours(x).reshape(6, -1)), z, atol=1e-12)
    back = ours(linear(z, *decoder).reshape(6, 2, 3, 4)).reshape(6, -1)
    np.testing.assert_allclose(model.decode(z), back, atol=1e-12)


@pytest.mark.parametrize("layer", ["ConvTranspose2d", "Conv2d"])
def test_convolutions_are_a_convolutional_model(layer):
    one, two = (draw(3, 2, 3, 3), draw(3)), (draw(3, 3, 3, 3), draw(3))
    x = draw(2, 2, 6, 5)
    z = relu(conv2d(relu(conv2d(x, *one)), *two))
    if layer == "Conv2d":
        decoder = (draw(2, 3, 5, 5), draw(2))
        back = conv2d(z, *decoder)
    else:
        decoder = (draw(3, 2, 5, 5), draw(2))
        back = conv_transpose2d(z, *decoder)
    model = from_torch([one, two], decoder, decoder_layer=layer)
    np.testing.assert_allclose(model.encode(ours(x)), ours(z), atol=1e-12)
    np.testing.assert_allclose(model.decode(ours(z)), ours(back), atol=1e-12)


def test_a_boltzmann_machine_is_one_layer_and_two_biases():
    weight, b_h, b_v = draw(4, 6), draw(4), draw(6)
    model = from_torch([(weight, b_h)], (None, b_v), kind="RBM", lifetime=None)
    x = (draw(3, 6) > 0).astype("f8")
    np.testing.assert_allclose(model.encode(x), 1 / (1 + np.exp(-linear(x, weight, b_h))), atol=1e-12)
    assert np.array_equal(model.params["b_v"], b_v)


def test_a_layer_without_bias_has_zeros():
    model = from_torch([(draw(3, 4), None)], (draw(4, 3), None))
    assert not model.params["b_enc"].any() and not model.params["b_dec"].any()


MODELS = [
    FCWTA(6, 4, rng=1),
    FCWTA(6, [5, 3], tied=True, rng=2),
    ConvWTA(2, 3, 2, size=3, decoder_size=5, rng=3),
    RBM(6, 4, rng=4),
]


@pytest.mark.parametrize("model", MODELS, ids=repr)
@pytest.mark.parametrize("suffix", ["safetensors", "npz"])
def test_there_and_back_through_a_file_changes_no_bit(model, suffix, tmp_path):
    if suffix == "safetensors":
        pytest.importorskip("safetensors")
    path = tmp_path / f"weights.{suffix}"
    write_weights(path, model, to_torch(model))
    state = read_weights(path)
    layers = sorted({name.rsplit(".", 1)[0] for name in state if name.startswith("encoder")})
    encoder = [(state[f"{layer}.weight"], state[f"{layer}.bias"]) for layer in layers]
    decoder = (state.get("decoder.weight"), state["decoder.bias"])
    again = from_torch(encoder, decoder, kind=type(model).__name__, lifetime=model.lifetime)
    assert repr(again) == repr(model)
    for name, value in model.params.items():
        assert again.params[name].dtype == value.dtype and np.array_equal(again.params[name], value)


@pytest.mark.parametrize(
    ("encoder", "decoder", "options", "sentence"),
    [
        ([], (None, None), {}, "encoder is empty"),
        ([(draw(3, 4), None)], (draw(5, 3), None), {}, r"weight of shape \(5, 3\), expected \(4, M\)"),
        ([(draw(3, 4), draw(2))], (None, None), {}, r"b_enc of shape \(2,\), expected \(3,\)"),
        ([(draw(3, 4), None)], (None, draw(3)), {}, r"bias has shape \(3,\), expected \(4,\)"),
        ([(draw(3, 4, 5), None)], (None, None), {}, "expected 2 axes for FCWTA"),
        ([(draw(3, 4), None)], (None, None), {"kind": "Linear"}, "kind is 'Linear', expected one of"),
        ([(draw(3, 4), None)], (None, None), {"kind": "ConvWTA"}, "expected 4 axes for ConvWTA"),
        ([(draw(3, 1, 3, 3), None)], (None, None), {}, "the decoder has no weight"),
        ([(draw(3, 4), None)], (None, None), {"image_shape": (2, 2, 2)}, "8 values, but encoder"),
        ([(draw(3, 4), None)], (None, None), {"image_shape": (4,)}, "expected height, width and channels"),
        ([(np.ones((3, 4), int), None)], (None, None), {}, "is of int64, expected floats"),
        ([(np.full((3, 4), np.nan), None)], (None, None), {}, "NaN"),
        ([(np.float64(3), None)], (None, None), {}, r"shape \(\), expected"),
        ([(draw(3, 4), None)], (None, None), {"decoder_layer": "x"}, "decoder_layer is 'x'"),
        ([(draw(3, 1, 3, 3), None)], (draw(4, 1, 5, 5), None), {}, "W_dec of shape"),
    ],
)
def test_what_does_not_fit_gets_a_sentence(encoder, decoder, options, sentence):
    with pytest.raises(ValueError, match=sentence):
        from_torch(encoder, decoder, **options)


def test_a_stack_is_given_layer_by_layer():
    with pytest.raises(ValueError, match="layers of a stack one by one"):
        to_torch(Stack([FCWTA(4, 3), FCWTA(3, 2)]))
