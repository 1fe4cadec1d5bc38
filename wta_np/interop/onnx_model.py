"""A trained encoder as an ONNX model: from pixels to the features that a classifier gets.

The graph holds what was done to the images before training (local contrast, whitening), the encoder with its
constraints released, and the pooling of `features`. It computes in float32.
"""

from __future__ import annotations

import math
import os
from collections.abc import Sequence
from typing import Any

import numpy as np

from wta_np import __version__
from wta_np._utils.atomic import write_whole
from wta_np._utils.validation import check_int
from wta_np.backend import to_numpy
from wta_np.data.contrast import FLOOR, SIGMA, gaussian_window
from wta_np.data.preparation import Preparation
from wta_np.interop.graph import Graph
from wta_np.models import FCWTA, RBM, ConvWTA, Model, Stack

LARGEST = 2**31 - 1  # bytes of one file, by the format in which ONNX is written


def onnx_encoder(
    model: Model,
    image_shape: Sequence[int] | None = None,
    *,
    preparation: Preparation | None = None,
    pool: int = 5,
    stride: int = 3,
) -> Any:
    """``features`` of a model as an ONNX model, with what comes before it.

    Parameters
    ----------
    model : FCWTA, ConvWTA, RBM or Stack
        Its weights become float32.
    image_shape : sequence of int, optional
        Shape of one sample as it comes, (H, W, C) or (D,). Needed where the model takes images, or where
        the contrast is normalised; otherwise (D,) by default.
    preparation : Preparation, optional
        What was done to the images of the training.
    pool, stride : int
        Max pooling of a convolutional model's maps, as in `ConvWTA.features`.

    Returns
    -------
    onnx.ModelProto
        With one input, ``pixels`` of shape ``(N, *image_shape)``, and one output, ``features`` (N, K).

    Raises
    ------
    ValueError
        onnx is not installed; the image's shape is missing or does not fit; the model is of another class.
    """
    preparation = preparation or Preparation()
    shape = _input_shape(model, image_shape, preparation)
    pool, stride = check_int("pool", pool, 1), check_int("stride", stride, 1)
    graph = Graph()
    x, seen = _prepared(graph, "pixels", shape, preparation)
    if not model.expects_images:
        seen = (math.prod(seen),)
        x = graph.rows(x, seen[0])
    _check_fits(model, seen)
    z, out = _encoded(graph, model, x, seen)
    if model.outputs_maps:
        if pool > min(out[:2]):
            raise ValueError(f"pool is {pool}, expected at most the sides of the maps, {out[0]} x {out[1]}")
        z, out = graph.max_pool(z, out, pool, stride)
        z = graph.rows(z, math.prod(out))
    about = {"wta_np": __version__, "model": repr(model), "preparation": _described(preparation)}
    return graph.model(shape, z, math.prod(out), about)


def write_onnx(path: str | os.PathLike, model: Model, *arguments: Any, **options: Any) -> None:
    """Write `onnx_encoder` of these arguments as a file, whole or not at all; raises as it does."""
    made = onnx_encoder(model, *arguments, **options)
    n_bytes = made.ByteSize()
    if n_bytes > LARGEST:
        raise ValueError(
            f"the model has {n_bytes} bytes, expected at most {LARGEST}: ONNX keeps no more in a file"
        )
    with write_whole(path) as file:
        file.write(made.SerializeToString())


def _input_shape(model, image_shape, preparation):
    """Shape of a sample as it comes."""
    if image_shape is not None:
        shape = tuple(check_int("image_shape", length, 1) for length in image_shape)
    elif preparation.whitening and not preparation.contrast and len(preparation.whitening.image_shape) != 3:
        shape = tuple(preparation.whitening.image_shape)
    elif model.expects_images or preparation.contrast or preparation.whitening:
        raise ValueError("image_shape is missing, expected height, width and channels of the images")
    else:
        shape = tuple(model.input_shape)
    if len(shape) != 3 and (model.expects_images or preparation.contrast):
        raise ValueError(f"image_shape is {list(shape)}, expected height, width and channels of the images")
    return shape


def _check_fits(model, seen):
    wanted = model.input_shape
    if seen[-1:] != tuple(wanted):
        what = "channels" if model.expects_images else "values"
        raise ValueError(
            f"image_shape gives samples of {seen[-1]} {what}, but the model takes {wanted[0]} {what}"
        )


def _prepared(graph, x, shape, preparation):
    """What `Preparation.apply` does, as nodes; and the shape of its result."""
    if preparation.contrast:
        x = _contrast(graph, x, shape)
    whitening = preparation.whitening
    if whitening is None:
        return x, shape
    if whitening.mean.size != math.prod(shape):
        raise ValueError(
            f"image_shape gives samples of {math.prod(shape)} values, but the whitening takes {whitening.mean.size}"
        )
    x = graph.rows(x, whitening.mean.size)
    x = graph.add("Sub", x, graph.constant(whitening.mean))
    scale = np.sqrt(whitening.variances + whitening.epsilon)
    x = graph.add("MatMul", x, graph.constant(whitening.directions / scale))
    if whitening.kind == "pca":
        return x, (scale.size,)
    x = graph.add("MatMul", x, graph.constant(whitening.directions.T))
    return graph.add("Reshape", x, graph.constant([-1, *shape], np.int64)), shape


def _contrast(graph, x, shape):
    """`wta_np.data.contrast.normalise_contrast`."""
    rows, columns = (gaussian_window(length, SIGMA, np, "float64") for length in shape[:2])
    rows, columns = graph.constant(rows), graph.constant(columns.T)
    last = graph.constant([3], np.int64)

    def local_mean(image):
        mean = graph.add("ReduceMean", image, axes=[3], keepdims=0)  # (N, H, W)
        return graph.add("Unsqueeze", graph.add("MatMul", graph.add("MatMul", rows, mean), columns), last)

    v = graph.add("Sub", x, local_mean(x))
    s = graph.add("Sqrt", local_mean(graph.add("Mul", v, v)))  # (N, H, W, 1)
    least = graph.add("ReduceMean", s, axes=[1, 2, 3], keepdims=1)
    return graph.add("Div", v, graph.add("Max", s, least, graph.constant(FLOOR)))


def _encoded(graph, model, x, shape):
    """`encode` of a model, as nodes; and the shape of a sample's code."""
    params = {name: to_numpy(value) for name, value in model.params.items()}
    kind = type(model)  # a class that derives from one of them may encode otherwise
    if kind is Stack:
        return _stacked(graph, model, x, shape)
    if kind is FCWTA:
        for W, b in model._layers:
            x = graph.add("Relu", graph.linear(x, params[W], params[b]))
        return x, (model.widths[-1],)
    if kind is ConvWTA:
        for W, b in model._layers:
            x = graph.add("Relu", graph.conv(x, params[W], params[b]))
        return x, (*shape[:2], model.n_maps)
    if kind is RBM:
        return graph.add("Sigmoid", graph.linear(x, params["W"], params["b_h"])), (model.n_hidden,)
    raise ValueError(f"model is a {kind.__name__}, expected one of FCWTA, ConvWTA, RBM, Stack")


def _stacked(graph, stack, x, shape):
    """`Stack.top_inputs`, and the code of the top model."""
    for below, above in zip(stack.models, stack.models[1:]):
        x, shape = _encoded(graph, below, x, shape)
        if below.outputs_maps:
            x, shape = graph.max_pool(x, shape, stack.pool, stack.stride)
        if not above.expects_images:
            shape = (math.prod(shape),)
            x = graph.rows(x, shape[0])
        _check_fits(above, shape)
    return _encoded(graph, stack.top, x, shape)


def _described(preparation):
    steps = ["local contrast"] if preparation.contrast else []
    steps += [f"{preparation.whitening.kind} whitening"] if preparation.whitening else []
    return ", then ".join(steps) or "none"
