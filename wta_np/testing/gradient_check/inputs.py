"""The inputs of forward as trees: arrays and floats in lists, tuples and dicts, of which each leaf can be moved."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from wta_np.backend import backend_name, to_backend, to_numpy
from wta_np.testing.gradient_check.verdicts import GradientError


@dataclass(frozen=True)
class Leaf:
    """A float array, a number, or a list of numbers among the inputs.

    `path` is the name of its input, then keys and indices; `kind` is "array", "number" or "numbers".
    """

    name: str
    path: tuple
    value: np.ndarray
    kind: str

    @property
    def required(self) -> Any:
        """Whether backward has to return its gradient: numbers, and what lies in lists and dicts, may be constants."""
        return self.kind == "array" and len(self.path) == 1


def is_array(value: Any) -> bool:
    """Whether a value is a host array."""
    return isinstance(value, np.ndarray)


def is_number(value: Any) -> bool:
    """Whether a value is a Python or NumPy float."""
    return isinstance(value, (float, np.floating)) and not isinstance(value, bool)


def on_host(value: Any) -> Any:
    """A copy of an input with its arrays on the host, floats in float64."""
    if isinstance(value, dict):
        return {key: on_host(part) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        return _like(value, [on_host(part) for part in value])
    if backend_name(value):
        host = to_numpy(value)
        return np.array(host, np.float64) if host.dtype.kind == "f" else np.array(host)
    return value


def leaves(inputs: dict) -> list[Leaf]:
    """What can be moved, in the order of the inputs; ValueError for complex numbers."""
    found = []
    for name, value in inputs.items():
        _collect(name, (name,), value, found)
    return found


def _collect(name, path, value, found):
    if isinstance(value, (complex, np.complexfloating)) or (is_array(value) and value.dtype.kind == "c"):
        raise ValueError(
            f"{name} is complex, expected real numbers: take its real and its imaginary part as two inputs"
        )
    if is_array(value):
        if value.dtype.kind == "f":
            found.append(Leaf(name, path, value, "array"))
    elif is_number(value):
        found.append(Leaf(name, path, np.array(value, np.float64), "number"))
    elif isinstance(value, dict):
        for key, part in value.items():
            _collect(f"{name}[{key!r}]", (*path, key), part, found)
    elif isinstance(value, (list, tuple)):
        if value and all(is_number(part) or type(part) is int for part in value):
            if any(is_number(part) for part in value):
                found.append(Leaf(name, path, np.array(value, np.float64), "numbers"))
            return
        for i, part in enumerate(value):
            _collect(f"{name}[{i}]", (*path, i), part, found)


def placed(inputs: dict, backend: str, path: Any = None, moved: Any = None) -> dict:
    """Copies for one call on `backend`, the leaf at `path` replaced by `moved`: the point itself stays."""
    return {
        name: _put(value, backend, path[1:] if path and path[0] == name else None, moved)
        for name, value in inputs.items()
    }


def _put(value, backend, path, moved):
    if path == ():  # the leaf itself
        if is_array(value):
            return to_backend(np.array(moved), backend)
        if is_number(value):
            return type(value)(moved)
        return _like(value, [float(part) for part in moved])
    if is_array(value):
        return to_backend(np.copy(value), backend)
    if isinstance(value, dict):
        return {key: _put(part, backend, _below(path, key), moved) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        return _like(value, [_put(part, backend, _below(path, i), moved) for i, part in enumerate(value)])
    return value


def _below(path, key):
    return path[1:] if path and path[0] == key else None


def _like(value, parts):
    """A list or tuple of the same kind; a named tuple takes its parts one by one."""
    return type(value)(*parts) if hasattr(value, "_fields") else type(value)(parts)


def check_unchanged(name: str, now: Any, before: Any, who: str) -> None:
    """GradientError if `who` wrote into an argument; a dict may keep state, such as running averages."""
    if is_array(before):
        if not np.array_equal(to_numpy(now), before, equal_nan=before.dtype.kind == "f"):
            raise GradientError(f"{name} was changed in place by {who}", name)
    elif isinstance(before, (list, tuple)):
        if len(now) != len(before):
            raise GradientError(f"{name} was changed in place by {who}: its length is {len(now)}", name)
        for i, part in enumerate(before):
            check_unchanged(f"{name}[{i}]", now[i], part, who)
