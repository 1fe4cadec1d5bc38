"""The parameters of an object, wherever it keeps them, and copies of the object with other values for them.

Found are a dict or list `params` (or `parameters`, `weights`), arrays that are attributes with a gradient beside them
(`W` and `dW`), parameter objects with `data` and `grad`, and all of these in the layers that an object holds.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from wta_np.backend import backend_name

CONTAINERS = ("params", "parameters", "weights", "trainable_params")
GRADIENTS = ("grads", "gradients", "grad", "dparams", "derivatives")
ARRAYS = ("data", "value", "values")


@dataclass(frozen=True)
class Parameter:
    """A float array inside of an object: its name, itself, and how its owner is reached from a copy of the object."""

    name: str
    array: Any
    owner: Callable
    key: Any
    position: int
    listed: bool  # in a container of parameters, so that it has to have a gradient


def is_floats(value: Any) -> bool:
    """Whether a value is an array of floats."""
    return bool(backend_name(value)) and value.dtype.kind == "f"


def find(
    thing: Any, prefix: str = "", reach: Callable = lambda thing: thing, depth: int = 0
) -> list[Parameter]:
    """The parameters of an object, each array once."""
    found: list[Parameter] = []
    for name in CONTAINERS:
        found += _contained(thing, name, prefix, reach)
    if not found:
        for i, (key, value) in enumerate(_attributes(thing)):
            if is_floats(value):
                found.append(Parameter(f"{prefix}{key}", value, reach, key, i, False))
            elif is_floats(_array_of(value)):
                found.append(Parameter(f"{prefix}{key}", _array_of(value), reach, key, i, True))
    if depth < 4:
        for label, below, part in _parts(thing):
            found += find(part, f"{prefix}{label}.", lambda t, b=below: b(reach(t)), depth + 1)
    once = {}
    for parameter in found:
        once.setdefault(id(parameter.array), parameter)
    return list(once.values())


def _contained(thing, name, prefix, reach):
    container = _called(getattr(thing, name, None))
    if isinstance(container, dict):
        items = list(container.items())
    elif isinstance(container, (list, tuple)):
        items = [(i, value) for i, value in enumerate(container)]
    else:
        return []
    arrays = [(key, value if is_floats(value) else _array_of(value)) for key, value in items]
    label = (
        (lambda key: f"{prefix}{key}")
        if isinstance(container, dict)
        else (lambda key: f"{prefix}{name}[{key}]")
    )
    return [
        Parameter(label(key), array, reach, key, i, True)
        for i, (key, array) in enumerate(arrays)
        if is_floats(array)
    ]


def _called(value):
    """A container, also one that a method without arguments returns."""
    if callable(value):
        try:
            value = value()
        except Exception:
            return None
    return list(value) if hasattr(value, "__next__") else value


def _attributes(thing):
    """Names and values of what an object holds, in its dictionary or in slots."""
    found = dict(getattr(thing, "__dict__", {}))
    for kind in type(thing).__mro__:
        slots = getattr(kind, "__slots__", ())
        for name in (slots,) if isinstance(slots, str) else slots:
            if name not in ("__dict__", "__weakref__") and hasattr(thing, name):
                found.setdefault(name, getattr(thing, name))
    return list(found.items())


def _array_of(value):
    """The array of a parameter object, which has a gradient beside it."""
    if not any(hasattr(value, name) for name in ("grad", "g")) or backend_name(value):
        return None
    return next((getattr(value, name) for name in ARRAYS if is_floats(getattr(value, name, None))), None)


def _parts(thing):
    """Layers inside of an object: (name, way from a copy of the object, layer)."""
    for key, value in _attributes(thing):
        if _is_layer(value):
            yield key, (lambda t, key=key: getattr(t, key)), value
        elif isinstance(value, dict):
            for k, part in value.items():
                if _is_layer(part):
                    yield f"{key}[{k!r}]", (lambda t, key=key, k=k: getattr(t, key)[k]), part
        elif isinstance(value, (list, tuple)):
            for i, part in enumerate(value):
                if _is_layer(part):
                    yield f"{key}[{i}]", (lambda t, key=key, i=i: getattr(t, key)[i]), part


def _is_layer(value):
    return any(name.startswith(("forward", "backward")) for name in dir(type(value)))


def clone(thing: Any, values: dict[int, Any]) -> Any:
    """A copy of an object in which arrays, given by their ids, have other values wherever they are referred to."""
    return copy.deepcopy(thing, dict(values))


def gradient(thing: Any, parameter: Parameter) -> Any:
    """The gradient that an object keeps beside a parameter; None if there is none."""
    owner = parameter.owner(thing)
    for name in GRADIENTS:
        container = _called(getattr(owner, name, None))
        for key in _names(parameter.key):
            if isinstance(container, dict) and container.get(key) is not None:
                return container[key]
        if isinstance(container, (list, tuple)) and parameter.listed and parameter.position < len(container):
            return container[parameter.position]
    for held in CONTAINERS + ("__dict__",):
        container = _called(getattr(owner, held, None))
        try:
            entry = container[parameter.key]
        except (TypeError, KeyError, IndexError):
            continue
        found = getattr(entry, "grad", None) if not backend_name(entry) else None
        if found is not None:
            return getattr(found, "data", found) if not backend_name(found) else found
    if isinstance(parameter.key, str):
        for name in _names(parameter.key)[1:]:
            found = getattr(owner, name, None)
            if (
                isinstance(found, np.ndarray)
                or backend_name(found)
                or isinstance(found, (float, np.floating))
            ):
                return found
    return None


def _names(key):
    """The usual names of the gradient of a parameter of this name."""
    return [
        key,
        *(f"{p}{key}" for p in ("d", "grad_", "d_", "grad", "dL_d", "g")),
        f"{key}_grad",
        f"grads_{key}",
    ]
