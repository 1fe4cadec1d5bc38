"""An ONNX graph, written one node after another.

ONNX's own operators: https://onnx.ai/onnx/operators/ . Images stay channels last, (N, H, W, C), between the nodes;
inside of a convolution or a pooling they are turned to ONNX's (N, C, H, W) and back.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from wta_np.interop.extras import need
from wta_np.ops.pool import pooled_length

OPSET = 17  # of 2022: older runtimes read it, too
IR_VERSION = 8
TO_ONNX, TO_OURS = (0, 3, 1, 2), (0, 2, 3, 1)


class Graph:
    """Nodes and weights of a graph; each method adds nodes and returns the name of their result.

    Parameters
    ----------
    None

    Attributes
    ----------
    nodes, weights : list
        Of ONNX's NodeProto and TensorProto.

    Raises
    ------
    ValueError
        The library onnx is not installed.
    """

    def __init__(self) -> None:
        self.onnx = need("onnx", "onnx", "ONNX export")
        self.helper = need("onnx.helper", "onnx", "ONNX export")
        self.numpy_helper = need("onnx.numpy_helper", "onnx", "ONNX export")
        self.nodes: list[Any] = []
        self.weights: list[Any] = []

    def add(self, operator: str, *inputs: str, output: str | None = None, **attributes: Any) -> str:
        """Add one node; `attributes` are the operator's."""
        output = output or f"{operator.lower()}_{len(self.nodes)}"
        self.nodes.append(self.helper.make_node(operator, list(inputs), [output], **attributes))
        return output

    def constant(self, value: Any, dtype: Any = np.float32) -> str:
        """Add weights, or another array that does not change."""
        name = f"constant_{len(self.weights)}"
        array = np.ascontiguousarray(value, dtype)
        self.weights.append(self.numpy_helper.from_array(array, name))
        return name

    def rows(self, x: str, size: int) -> str:
        """Samples of any shape as rows (N, size)."""
        return self.add("Reshape", x, self.constant([-1, size], np.int64))

    def linear(self, x: str, W: Any, b: Any) -> str:
        """``x W + b``, for x (N, D), W (D, M), b (M,)."""
        return self.add("Add", self.add("MatMul", x, self.constant(W)), self.constant(b))

    def conv(self, x: str, W: Any, b: Any) -> str:
        """`wta_np.ops.conv.conv2d_forward`: x (N, H, W, C), W (kh, kw, C, F), odd sides, zeros around the image."""
        high, wide = W.shape[0] // 2, W.shape[1] // 2
        weights, bias = self.constant(W.transpose(3, 2, 0, 1)), self.constant(b)
        x = self.add("Transpose", x, perm=TO_ONNX)
        y = self.add("Conv", x, weights, bias, pads=[high, wide, high, wide])
        return self.add("Transpose", y, perm=TO_OURS)

    def max_pool(self, x: str, shape: tuple[int, ...], pool: int, stride: int) -> tuple[str, tuple[int, ...]]:
        """`wta_np.ops.pool.max_pool`, whose last windows may be cut; also the shape (H', W', C) of its result."""
        h, w, channels = shape
        lengths = [pooled_length(length, pool, stride) for length in (h, w)]
        over = [max(0, (n - 1) * stride + pool - length) for n, length in zip(lengths, (h, w))]
        x = self.add("Transpose", x, perm=TO_ONNX)
        y = self.add("MaxPool", x, kernel_shape=[pool, pool], strides=[stride, stride], pads=[0, 0, *over])
        return self.add("Transpose", y, perm=TO_OURS), (lengths[0], lengths[1], channels)

    def model(self, shape: tuple[int, ...], output: str, n_features: int, about: dict[str, str]) -> Any:
        """The whole ONNX model from ``pixels``, ``(N, *shape)``, to ``features`` (N, n_features)."""
        self.add("Identity", output, output="features")
        tensor, floats = self.helper.make_tensor_value_info, self.onnx.TensorProto.FLOAT
        graph = self.helper.make_graph(
            self.nodes,
            "wta_np",
            [tensor("pixels", floats, ["N", *shape])],
            [tensor("features", floats, ["N", n_features])],
            self.weights,
        )
        opset = [self.helper.make_opsetid("", OPSET)]
        model = self.helper.make_model(
            graph, opset_imports=opset, producer_name="wta_np", ir_version=IR_VERSION
        )
        self.helper.set_model_props(model, about)
        return model
