"""What backward returned, matched to the inputs that it belongs to."""

from __future__ import annotations

from typing import Any

import numpy as np

from wta_np.backend import backend_name, to_numpy
from wta_np.testing.gradient_check.inputs import Leaf
from wta_np.testing.gradient_check.verdicts import GradientError, place


def matched(
    result: Any, inputs: dict, leaves: list[Leaf], wrt: list[str] | None
) -> list[tuple[Leaf, np.ndarray]]:
    """(leaf, its gradient on the host) for every leaf that is to be checked; GradientError if they do not fit."""
    by_input = _by_input(result, inputs, leaves, wrt)
    pairs = []
    for leaf in leaves:
        if leaf.path[0] not in by_input:
            continue
        gradient = by_input[leaf.path[0]]
        for key in leaf.path[1:]:
            gradient = _part(gradient, key, leaf)
        if gradient is None and not leaf.required:
            continue
        pairs.append((leaf, _checked(leaf, gradient)))
    return pairs


def _by_input(result, inputs, leaves, wrt):
    """Gradients by the names of their inputs."""
    movable = list(dict.fromkeys(leaf.path[0] for leaf in leaves))
    required = list(dict.fromkeys(leaf.path[0] for leaf in leaves if leaf.required)) or movable
    expected = required if wrt is None else wrt
    if isinstance(result, dict) and not (len(expected) == 1 and _is_tree_of(result, inputs[expected[0]])):
        return _from_dict(result, inputs, movable, expected, wrt is not None)
    if (
        isinstance(result, list)
        and len(expected) == 1
        and _shape(result) == _shape(inputs[expected[0]]) is not None
    ):
        return {expected[0]: np.array(result, np.float64)}  # a gradient as nested lists of numbers
    several = isinstance(result, (tuple, list))
    if several and len(expected) == 1 and _is_tree_of(result, inputs[expected[0]]):
        return {expected[0]: result}
    values = list(result) if several else [result]
    for names in [wrt] if wrt is not None else [movable, required]:
        if len(values) == len(names):
            return dict(zip(names, values))
    for names in (movable, required, list(inputs)):
        if len(values) == len(names) and set(expected) <= set(names):
            found = dict(zip(names, values))
            for name in names:
                if name not in movable and found[name] is not None and wrt is None:
                    raise _not_moved(name, inputs)
            return {n: v for n, v in found.items() if n in (movable if wrt is None else wrt)}
    fixed = [n for n in inputs if n not in movable and _is_integer(inputs[n])]
    more = (
        f" ({fixed[0]} holds integers, which cannot be moved)"
        if fixed and len(values) > len(expected)
        else ""
    )
    raise GradientError(
        f"backward returned {len(values)} gradients, expected {len(expected)}: {', '.join(expected)} "
        f"(name those that it returns with wrt){more}",
        expected[min(len(values), len(expected) - 1)],
    )


def _from_dict(result, inputs, movable, expected, asked):
    """A dict by the names of inputs, or by these with a d or grad before or after them."""
    found = {}
    for key, value in result.items():
        names = (
            [key]
            + [str(key)[len(p) :] for p in ("grad_", "d_", "grad", "d") if str(key).startswith(p)]
            + [str(key).removesuffix(end) for end in ("_grad", ".grad")]
        )
        name = next((name for name in names if name in inputs), None)
        if name is None:
            if not asked:
                raise ValueError(
                    f"backward returned a gradient for {key!r}, which is not an input: {list(inputs)}"
                )
            continue
        if name not in movable and value is not None and not asked:
            raise _not_moved(name, inputs)
        found[name] = value
    missing = [name for name in expected if name not in found]
    if missing:
        raise GradientError(f"backward returned no gradient for {missing[0]}", missing[0])
    return {n: v for n, v in found.items() if n in movable and (not asked or n in expected)}


def _shape(value):
    """The shape of nested lists of numbers; None if they are something else."""
    try:
        return np.array(value, np.float64).shape
    except (TypeError, ValueError):
        return None


def _is_integer(value):
    return isinstance(value, int) or (isinstance(value, np.ndarray) and value.dtype.kind in "iu")


def _not_moved(name, inputs):
    value = inputs[name]
    what = str(value.dtype) if isinstance(value, np.ndarray) else type(value).__name__
    return ValueError(
        f"backward returned a gradient for {name}, which holds {what} and cannot be moved: give it as floats, "
        "return None for it, or name the others with wrt"
    )


def _is_tree_of(result, value):
    """Whether a result has the form of a list, tuple or dict that is an input."""
    if isinstance(value, dict):
        return isinstance(result, dict) and set(result) == set(value)
    return (
        isinstance(value, (list, tuple)) and isinstance(result, (list, tuple)) and len(value) == len(result)
    )


def _part(gradient, key, leaf):
    try:
        return gradient[key]
    except (KeyError, IndexError, TypeError):
        raise GradientError(f"backward returned no gradient for {leaf.name}", leaf.name) from None


def _checked(leaf, gradient):
    """The gradient as a host array of its own; GradientError if it has not the shape of its input."""
    name, shape = leaf.name, leaf.value.shape
    if gradient is None:
        raise GradientError(f"gradient of {name} is None", name)
    try:
        array = np.array(to_numpy(gradient) if backend_name(gradient) else gradient)
    except (TypeError, ValueError):
        array = np.array(None)
    if array.dtype.kind not in "fiu":
        raise GradientError(f"gradient of {name} holds {array.dtype}, expected floats", name)
    if array.shape != shape:
        if leaf.kind == "number" and array.size == 1:
            array = array.reshape(())
        else:
            raise GradientError(
                f"gradient of {name} has shape {array.shape}, expected {shape} like {name}{_reduced(array, shape)}",
                name,
            )
    if not np.all(np.isfinite(array)):
        index = tuple(int(i) for i in np.argwhere(~np.isfinite(array))[0])
        value = float(array[index])
        raise GradientError(f"gradient of {place(name, index)} is {value}", name, index, value)
    return array


def _reduced(array, shape):
    """A guess at what is missing where an array has axes too many."""
    ndim = len(shape)
    if array.ndim > ndim and array.shape[array.ndim - ndim :] == shape and array.size > np.prod(shape):
        return ": is the sum over the batch missing?"
    if array.shape == shape[::-1]:
        return ": is it transposed?"
    if array.size == np.prod(shape):
        return ": reshape it"
    return ""
