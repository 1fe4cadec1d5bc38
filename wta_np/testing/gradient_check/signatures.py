"""How functions name their parameters, and how inputs go to them by these names."""

from __future__ import annotations

import inspect
import re
from typing import Any

import numpy as np

_DY = re.compile(
    r"^(d|grad|g_|delta|up|error|err$|g$|gy|gout|out_?grad|top|v$|ct$|cotangent|seed|bar_|y_?bar)", re.I
)
_CACHE = re.compile(
    r"cache|ctx|context|saved|state|tape|memo|aux|residuals|store|stuff|tmp|interm|mask", re.I
)
_NOT_DY = re.compile(r"^(data|dim|dtype|drop|decay|depth|degree|device|delimiter)", re.I)


def parameters(function: Any) -> list[inspect.Parameter] | None:
    """The parameters of a function; None where Python does not tell, as for ufuncs."""
    if isinstance(function, np.ufunc):
        return None
    try:
        return list(inspect.signature(function).parameters.values())
    except (ValueError, TypeError):
        return None


def positional(function: Any) -> list[str]:
    """Names of the parameters that a function takes by position."""
    return [p.name for p in parameters(function) or [] if by_position(p)]


def by_position(p: inspect.Parameter) -> bool:
    """Whether a parameter may be given by its position."""
    return p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)


def is_variadic(function: Any, kind: Any = inspect.Parameter.VAR_POSITIONAL) -> bool:
    """Whether a function takes any number of arguments: ``*args``."""
    return any(p.kind == kind for p in parameters(function) or [])


def is_required(p: inspect.Parameter) -> bool:
    """Whether a call has to give a parameter."""
    return p.default is p.empty and p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD)


def looks_like_dy(name: str) -> bool:
    """Whether a name is one of the usual ones of an upstream gradient: dy, dout, grad_output, delta."""
    return bool(_DY.match(name)) and not _NOT_DY.match(name)


def looks_like_cache(name: str) -> bool:
    """Whether a name is one of the usual ones of what forward remembers for backward."""
    return bool(_CACHE.search(name)) and not name.lower().startswith(("d", "grad"))


def named(function: Any, inputs: Any) -> dict:
    """The inputs by name, in the order in which forward takes them.

    A sequence is named after forward's parameters. A dict keeps its own order where forward has other names.
    """
    names = positional(function)
    if not isinstance(inputs, dict):
        values = inputs if isinstance(inputs, (tuple, list)) else [inputs]
        names += [f"input{i}" for i in range(len(names), len(values))]
        return dict(zip(names, values))
    known = [p.name for p in parameters(function) or [] if p.name in inputs]
    if len(known) == len(inputs):
        return {name: inputs[name] for name in known}
    return dict(inputs)


def forward_caller(function: Any, inputs: dict) -> Any:
    """``call(values)``: forward with its inputs by name, or by position where it has other names.

    Raises
    ------
    TypeError
        The inputs do not fit forward's parameters.
    """
    ps = parameters(function)
    if ps is None:
        return lambda values: function(*values.values())
    takes = {p.name: p for p in ps if p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD)}
    others = [name for name in inputs if name not in takes]
    if others and is_variadic(function, inspect.Parameter.VAR_KEYWORD) and not is_variadic(function):
        return lambda values: function(**values)
    free = [p.name for p in ps if by_position(p) and p.name not in inputs]
    place = dict(zip(others, free))  # inputs under other names fill the places that are left
    missing = [p.name for p in ps if is_required(p) and p.name not in {*inputs, *place.values()}]
    if missing:
        raise TypeError(f"forward needs {missing[0]}, which is not among the inputs {list(inputs)}")
    if len(place) < len(others):
        if is_variadic(function):
            return lambda values: function(*values.values())
        raise TypeError(f"forward has no parameter for the input {others[len(place)]!r}: {list(takes)}")

    target = {name: place.get(name, name) for name in inputs}
    order = [p.name for p in ps if by_position(p)]

    def call(values):
        given = {target[name]: value for name, value in values.items()}
        args = []
        for name in order:  # by position as far as there is no gap, for functions that take no keywords
            if name not in given:
                break
            args.append(given.pop(name))
        return function(*args, **given)

    return call
