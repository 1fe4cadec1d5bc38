"""forward at one point and around it, as a vector of its outputs that numbers can be taken from."""

from __future__ import annotations

from typing import Any

import numpy as np

from wta_np.backend import Array
from wta_np.testing.gradient_check.inputs import Leaf, check_unchanged, leaves, placed
from wta_np.testing.gradient_check.outputs import Outputs, as_items, check_first
from wta_np.testing.gradient_check.protocols import Protocol
from wta_np.testing.gradient_check.signatures import forward_caller


class Point:
    """The point of a check: forward's result there, and dy."""

    def __init__(self, forward: Any, inputs: dict, backend: str) -> None:
        self.inputs, self.backend = inputs, backend
        self._forward = forward_caller(forward, inputs)
        self.items = self.fresh()[1]
        check_first(self.items)
        self.count, self.y, self.dy, self.usable = 1, None, None, None

    def fresh(self) -> tuple[dict, list]:
        """Copies of the inputs, and what forward returns for them; it may not change them."""
        values = placed(self.inputs, self.backend)
        items = as_items(self._forward(values))
        for name, value in self.inputs.items():
            check_unchanged(name, values[name], value, "forward")
        return values, items

    def begin(self, count: int, dy: Array, rng: Any, unit: bool) -> None:
        """Fix how many outputs get an upstream gradient, and draw these gradients."""
        self.count = count
        outputs = Outputs(self.items, count)
        self.y, self.eps, self.shapes, self._outputs = outputs.vector, outputs.eps, outputs.shapes, outputs
        if np.any(np.isnan(self.y)):
            raise ValueError("forward returned NaN or infinite values, expected finite ones: it returned NaN")
        again = Outputs(self.fresh()[1], count).vector
        if again.shape != self.y.shape or not np.array_equal(again, self.y):
            raise ValueError("forward gives different results for the same inputs: fix its random generator")
        self.usable = np.isfinite(self.y)  # an attention mask leaves -inf: no gradient comes from there
        if not self.usable.any():
            raise ValueError("forward returned NaN or infinite values, expected finite ones")
        self.dy = np.where(self.usable, _upstream(dy, outputs, rng, unit), 0.0)
        self.weighted = np.where(self.usable, self.dy * np.where(self.usable, self.y, 0.0), 0.0)
        # Of what forward works with, as far as it shows: of its outputs, or of its inputs if it returns zeros.
        self.magnitude = float(np.linalg.norm(self.weighted))
        if not self.magnitude:
            largest = max(float(np.abs(leaf.value).max(initial=0.0)) for leaf in leaves(self.inputs))
            self.magnitude = float(np.linalg.norm(self.dy)) * largest

    def check_steady(self) -> None:
        """ValueError if forward gives another result now that backward was called."""
        again = Outputs(self.fresh()[1], self.count).vector
        if again.shape != self.y.shape or not np.array_equal(again, self.y, equal_nan=True):
            raise ValueError(
                "forward gives another result after backward was called: if backward updates parameters, "
                "check the layer with gradcheck_layer, or with a learning rate of 0"
            )

    def dys(self) -> list:
        """Copies of dy for one call of backward, on its backend; a number for a number."""
        parts = self._outputs.parts(self.dy)
        return [float(part) if part.ndim == 0 else placed({"dy": part}, self.backend)["dy"] for part in parts]

    def backward(self, protocol: Protocol, values: dict, items: list) -> Any:
        """What backward returns after forward returned `items`; it may not change the inputs."""
        result = protocol.call(self.dys() if protocol.takes_dy else [], values, items)
        for name, value in self.inputs.items():
            check_unchanged(name, values[name], value, "backward")
        return result

    def moved(self, leaf: Leaf, value: np.ndarray) -> np.ndarray:
        """The vector of outputs with one leaf at another value; NaN where forward cannot be evaluated."""
        values = placed(self.inputs, self.backend, leaf.path, value)
        with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
            try:
                items = as_items(self._forward(values))
            except (
                ArithmeticError,
                ValueError,
                AssertionError,
            ):  # as math.log does below zero, or a check of its own
                return np.full(self.y.shape, np.nan)
        vector = Outputs(items, self.count).vector
        if vector.shape != self.y.shape:
            raise ValueError(
                f"forward returned {vector.size} values where {leaf.name} is moved and {self.y.size} at the point"
            )
        return vector


def _upstream(dy, outputs: Outputs, rng, unit: bool) -> np.ndarray:
    """dy as one vector: as given, or drawn."""
    if dy is None:
        parts = []
        for shape in outputs.shapes:
            if len(shape):
                parts.append(rng.standard_normal(shape))
            else:  # neither 1 nor positive: a backward that squares dy or takes no notice of it is to be seen
                parts.append(np.array(1.0 if unit else -rng.uniform(1.3, 1.9)))
    else:
        several = isinstance(dy, (tuple, list)) and len(outputs.shapes) > 1
        parts = [np.asarray(part, np.float64) for part in (dy if several else [dy])]
        if len(parts) != len(outputs.shapes):
            raise ValueError(f"dy is for {len(parts)} outputs, expected {len(outputs.shapes)}")
        for part, shape in zip(parts, outputs.shapes):
            if part.shape != shape:
                raise ValueError(f"dy has shape {part.shape}, expected {shape} like y")
        if not all(np.all(np.isfinite(part)) for part in parts):
            raise ValueError("dy holds NaN or infinite values, expected finite ones")
    return np.concatenate([part.reshape(-1) for part in parts])
