"""Gradients of layers whose backward updates the parameters itself: what their optimizers receive."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from wta_np.backend import Array, to_numpy

RATES = ("learning_rate", "learn_rate", "lr", "eta", "alpha")


@dataclass
class Spy:
    """Stands for an optimizer: keeps the gradients that it gets, and leaves the parameters as they are."""

    arrays: dict[str, object]
    seen: dict[str, object] = field(default_factory=dict)

    def update(self, w: Any, gradient: Any, *rest: Any, **options: Any) -> Any:
        """Keep the gradient of the parameter that this is."""
        for name, array in self.arrays.items():
            if array is w:
                self.seen[name] = np.array(to_numpy(gradient))
        return w


@contextlib.contextmanager
def spied(layer: Any, parameters: Any) -> Iterator[Any]:
    """Every attribute of a layer with a method `update` is a `Spy` inside of this."""
    arrays, spies, kept = {}, [], []
    for owner in {id(p.owner(layer)): p.owner(layer) for p in parameters}.values():
        own = [p for p in parameters if p.owner(layer) is owner]
        arrays = {p.name: getattr(owner, str(p.key), None) for p in own}
        for name, value in list(getattr(owner, "__dict__", {}).items()):
            if callable(getattr(value, "update", None)) and not isinstance(value, (dict, set)):
                spy = Spy(arrays)
                setattr(owner, name, spy)
                spies.append(spy)
                kept.append((owner, name, value))
    try:
        yield spies
    finally:
        for owner, name, value in kept:
            setattr(owner, name, value)


def received(spies: Any, name: Any) -> Any:
    """The gradient that an optimizer got for a parameter; None if none did."""
    return next((spy.seen[name] for spy in spies if name in spy.seen), None)


def same_values(a: Array, b: Array) -> bool:
    """Whether two arrays are equal, shape and all."""
    return np.shape(a) == np.shape(b) and np.array_equal(a, b)
