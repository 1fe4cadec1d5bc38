"""What forward returned: the outputs that get an upstream gradient, and what comes after them."""

from __future__ import annotations

from typing import Any

import numpy as np

from wta_np.backend import backend_name, to_numpy


def as_items(result: Any) -> list:
    """The items of a tuple or list; a result that is neither is the only item."""
    if isinstance(result, (tuple, list)) and len(result):
        if isinstance(result, list) and all(isinstance(item, (int, float)) for item in result):
            return [np.array(result, np.float64)]
        return list(result)
    return [result]


def is_output(item: Any) -> bool:
    """Whether an item can have an upstream gradient: a float, or an array of floats."""
    if isinstance(item, (float, np.floating)):
        return True
    return bool(backend_name(item)) and item.dtype.kind == "f"


def n_outputs(items: list) -> int:
    """How many items at the beginning can have an upstream gradient."""
    count = 0
    while count < len(items) and is_output(items[count]):
        count += 1
    return count


def check_first(items: list) -> None:
    """TypeError or ValueError in words if the first item is no output that can be differentiated."""
    first = items[0]
    if is_output(first):
        if not to_numpy_array(first).size:
            raise ValueError("forward returned an empty array: there is nothing to compare")
        return
    if isinstance(first, (complex, np.complexfloating)) or (
        backend_name(first) and np.dtype(first.dtype).kind == "c"
    ):
        raise TypeError("forward returned complex numbers, expected real ones: return their parts")
    kind = str(first.dtype) if backend_name(first) else type(first).__name__
    raise TypeError(
        f"forward returned {kind}, expected an array of floats, a float, or a tuple that begins with one"
    )


def to_numpy_array(item: Any) -> np.ndarray:
    """An output as a host array of its own: forward may use a buffer again."""
    return np.array(to_numpy(item) if backend_name(item) else item)


class Outputs:
    """The first `count` items of a result, side by side in one vector of float64."""

    def __init__(self, items: list, count: int) -> None:
        arrays = [to_numpy_array(item) for item in items[:count]]
        self.shapes = [array.shape for array in arrays]
        self.single = [array.dtype.itemsize < 8 for array in arrays]
        self.eps = max(float(np.finfo(array.dtype).eps) for array in arrays)
        self.vector = (
            arrays[0].astype(np.float64).reshape(-1)
            if count == 1
            else np.concatenate([array.astype(np.float64).reshape(-1) for array in arrays])
        )

    def parts(self, vector: np.ndarray) -> list[np.ndarray]:
        """A vector of this length cut into arrays of the outputs' shapes: copies."""
        ends = np.cumsum([int(np.prod(shape)) for shape in self.shapes])
        return [part.reshape(shape).copy() for part, shape in zip(np.split(vector, ends[:-1]), self.shapes)]
