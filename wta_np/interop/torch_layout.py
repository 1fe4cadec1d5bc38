"""Weights in the layout of PyTorch's layers, turned into ours and back; PyTorch itself is not needed.

======================  ==========================  =======================
layer of PyTorch        weight there                here
======================  ==========================  =======================
Linear, encoder         (M, D)                      W_enc (D, M)
Linear, decoder         (D, M)                      W_dec (M, D)
Conv2d, encoder         (F, C, kh, kw)              W_enc1 (kh, kw, C, F)
ConvTranspose2d         (F, C, kh, kw)              W_dec (F, kh, kw, C)
Conv2d, decoder         (C, F, kh, kw)              W_dec, both sides reversed
======================  ==========================  =======================

The filters of Conv2d lie as ours do (both correlate). A decoder of ConvTranspose2d puts its filters down around
each code, as ours does; one of Conv2d looks at the codes around each pixel, so its filters are ours turned round.
Images are (N, C, H, W) there and (N, H, W, C) here, and so are the values of a flattened image.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from wta_np._utils.validation import check_int
from wta_np.backend import to_numpy
from wta_np.models import FCWTA, RBM, ConvWTA, Model

DECODERS = ("ConvTranspose2d", "Conv2d")
KINDS = ("FCWTA", "ConvWTA", "RBM")
Layer = tuple[Any, Any]  # weight and bias; None where there is none


def from_torch(
    encoder: Sequence[Layer],
    decoder: Layer,
    *,
    kind: str | None = None,
    lifetime: float | None = 0.05,
    image_shape: Sequence[int] | None = None,
    decoder_layer: str = "ConvTranspose2d",
) -> Model:
    """A model with weights that lie as PyTorch's layers have them.

    Parameters
    ----------
    encoder : sequence of (weight, bias)
        Of each Linear or Conv2d layer, from the data upwards. A bias that is None is zero.
    decoder : (weight, bias)
        Of the last layer. Its weight is None where the encoder's is used, transposed (tied, and RBM).
    kind : {"FCWTA", "ConvWTA", "RBM"}, optional
        By default FCWTA for weights with two axes, ConvWTA with four.
    lifetime : float in (0, 1] or None
        The constraint, should training go on; the weights do not say.
    image_shape : sequence of int, optional
        (H, W, C) of images that PyTorch flattened before the first Linear layer, as C, H, W. Needed where C > 1.
    decoder_layer : {"ConvTranspose2d", "Conv2d"}
        Which layer of PyTorch the convolutional decoder is.

    Returns
    -------
    FCWTA, ConvWTA or RBM
        Of the dtype of the first weight, float32 or float64.

    Raises
    ------
    ValueError
        Shapes do not fit together, weights are not finite, or a name is none of those above.

    Examples
    --------
    >>> weight, bias = np.ones((3, 5), "f4"), np.zeros(3, "f4")
    >>> from_torch([(weight, bias)], (None, np.zeros(5, "f4")))
    FCWTA(n_inputs=5, n_hidden=3, lifetime=0.05, tied=True)
    """
    if decoder_layer not in DECODERS:
        raise ValueError(f"decoder_layer is {decoder_layer!r}, expected one of {', '.join(DECODERS)}")
    if kind not in (None, *KINDS):
        raise ValueError(f"kind is {kind!r}, expected one of {', '.join(KINDS)}")
    weights, biases = _layers(encoder)
    kind = kind or ("ConvWTA" if weights[0].ndim == 4 else "FCWTA")
    axes = 4 if kind == "ConvWTA" else 2
    for i, weight in enumerate(weights):
        if weight.ndim != axes:
            raise ValueError(
                f"encoder[{i}] has a weight of shape {weight.shape}, expected {axes} axes for {kind}"
            )
    last = None if decoder[0] is None else _floats("the decoder's weight", decoder[0], weights[0].dtype)
    if last is not None and last.ndim != axes:
        raise ValueError(f"the decoder has a weight of shape {last.shape}, expected {axes} axes for {kind}")
    bias = None if decoder[1] is None else _floats("the decoder's bias", decoder[1], weights[0].dtype)
    if kind == "ConvWTA":
        return _conv(weights, biases, last, bias, lifetime, decoder_layer)
    return _dense(kind, weights, biases, last, bias, lifetime, image_shape)


def to_torch(model: Model) -> dict[str, np.ndarray]:
    """The weights of a model in the layout of PyTorch's layers: the way back of `from_torch`.

    Parameters
    ----------
    model : FCWTA, ConvWTA or RBM
        The layers of a stack are given one by one.

    Returns
    -------
    dict of str to ndarray
        ``encoder.0.weight``, ``encoder.0.bias``, ``encoder.1.weight``, ...; ``decoder.weight`` (of
        ConvTranspose2d; none if it is the encoder's) and ``decoder.bias``.
    """
    params = {name: to_numpy(value) for name, value in model.params.items()}
    made = {}
    if isinstance(model, RBM):
        made = {
            "encoder.0.weight": params["W"].T,
            "encoder.0.bias": params["b_h"],
            "decoder.bias": params["b_v"],
        }
    elif isinstance(model, FCWTA | ConvWTA):
        order = (3, 2, 0, 1) if isinstance(model, ConvWTA) else (1, 0)
        for i, (W, b) in enumerate(model._layers):
            made[f"encoder.{i}.weight"], made[f"encoder.{i}.bias"] = params[W].transpose(order), params[b]
        if "W_dec" in params:
            order = (0, 3, 1, 2) if isinstance(model, ConvWTA) else (1, 0)
            made["decoder.weight"] = params["W_dec"].transpose(order)
        made["decoder.bias"] = params["b_dec"]
    else:
        raise ValueError(
            f"model is a {type(model).__name__}, expected one of {', '.join(KINDS)}: "
            "give the layers of a stack one by one"
        )
    return {name: np.ascontiguousarray(value) for name, value in made.items()}


def _layers(encoder):
    """Weights and biases of the encoder's layers, all of one dtype."""
    if not encoder:
        raise ValueError("encoder is empty, expected at least one layer")
    first = np.asarray(encoder[0][0])
    dtype = first.dtype if first.dtype == np.float64 else np.dtype("float32")
    weights, biases = [], []
    for i, (weight, bias) in enumerate(encoder):
        weight = _floats(f"encoder[{i}]'s weight", weight, dtype)
        if weight.ndim == 0:
            raise ValueError(f"encoder[{i}] has a weight of shape (), expected 2 or 4 axes")
        weights.append(weight)
        biases.append(
            np.zeros(len(weight), dtype) if bias is None else _floats(f"encoder[{i}]'s bias", bias, dtype)
        )
    return weights, biases


def _floats(name, value, dtype):
    """An array of floats of this dtype, which a model may change."""
    array = np.asarray(value)
    if array.dtype.kind != "f":
        raise ValueError(f"{name} is of {array.dtype}, expected floats")
    return np.array(array, dtype, order="C")


def _dense(kind, weights, biases, last, bias, lifetime, image_shape):
    """An FCWTA or an RBM."""
    n_inputs = weights[0].shape[1]
    params = {}
    order = _pixels(image_shape, n_inputs)
    if kind == "RBM":
        if len(weights) != 1 or last is not None:
            raise ValueError("an RBM has one layer and no weight in the decoder, expected these alone")
        params["W"], params["b_h"] = weights[0].T[order], biases[0]
        params["b_v"] = (
            np.zeros(n_inputs, weights[0].dtype) if bias is None else _at(bias, order, "the decoder's bias")
        )
        config = {"n_visible": n_inputs, "n_hidden": len(weights[0]), "lifetime": lifetime}
        return _made(RBM, config, params)
    numbers = [""] if len(weights) == 1 else range(1, len(weights) + 1)
    for i, weight, own in zip(numbers, weights, biases):
        params[f"W_enc{i}"], params[f"b_enc{i}"] = weight.T[order] if weight is weights[0] else weight.T, own
    if last is not None:
        if len(last) != n_inputs:
            raise ValueError(f"the decoder has a weight of shape {last.shape}, expected ({n_inputs}, M)")
        params["W_dec"] = last.T[:, order]
    params["b_dec"] = (
        np.zeros(n_inputs, weights[0].dtype) if bias is None else _at(bias, order, "the decoder's bias")
    )
    config = {
        "n_inputs": n_inputs,
        "n_hidden": [len(weight) for weight in weights],
        "lifetime": lifetime,
        "tied": last is None,
    }
    return _made(FCWTA, config, params)


def _pixels(image_shape, n_inputs):
    """For each value of a flattened image here its place in PyTorch's."""
    if image_shape is None:
        return np.arange(n_inputs)
    if len(image_shape) != 3:
        raise ValueError(f"image_shape is {list(image_shape)}, expected height, width and channels")
    h, w, channels = (check_int("image_shape", length, 1) for length in image_shape)
    if h * w * channels != n_inputs:
        raise ValueError(
            f"image_shape is {list(image_shape)}, {h * w * channels} values, but encoder[0] takes {n_inputs}"
        )
    return np.arange(n_inputs).reshape(channels, h, w).transpose(1, 2, 0).ravel()


def _at(bias, order, name):
    if bias.shape != order.shape:
        raise ValueError(f"{name} has shape {bias.shape}, expected {order.shape}")
    return bias[order]


def _conv(weights, biases, last, bias, lifetime, decoder_layer):
    """A ConvWTA."""
    n_maps, n_channels, size, _ = weights[0].shape
    if last is None:
        raise ValueError("the decoder has no weight, expected one: a ConvWTA is not tied")
    params = {}
    for i, (weight, own) in enumerate(zip(weights, biases), start=1):
        params[f"W_enc{i}"], params[f"b_enc{i}"] = weight.transpose(2, 3, 1, 0), own
    if decoder_layer == "Conv2d":
        last = last.transpose(1, 0, 2, 3)[:, :, ::-1, ::-1]
    params["W_dec"] = last.transpose(0, 2, 3, 1)
    params["b_dec"] = np.zeros(n_channels, weights[0].dtype) if bias is None else bias
    config = {
        "n_channels": n_channels,
        "n_maps": n_maps,
        "n_layers": len(weights),
        "size": size,
        "decoder_size": last.shape[2],
        "lifetime": lifetime,
    }
    return _made(ConvWTA, config, params)


def _made(kind, config, params):
    contiguous = {name: np.ascontiguousarray(value) for name, value in params.items()}
    return kind.from_params(config, contiguous, "the file or state")
