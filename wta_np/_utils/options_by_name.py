"""Options by name alone, with an error that says how."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any


def options_by_name(function: Callable) -> Callable:
    """Decorator of a function with options after ``*``: one given by position gets an error that names it.

    Works for functions and for ``__init__``.

    Examples
    --------
    >>> @options_by_name
    ... def scaled(x, *, factor=1.0, offset=0.0):
    ...     return factor * x + offset
    >>> scaled(2.0, 3.0)
    Traceback (most recent call last):
        ...
    TypeError: factor must be given by name: scaled(2.0, factor=3.0)
    """
    parameters = list(inspect.signature(function).parameters.values())
    positional = [p.name for p in parameters if p.kind is p.POSITIONAL_OR_KEYWORD]
    options = [p.name for p in parameters if p.kind is p.KEYWORD_ONLY]
    own = positional[:1] == ["self"]  # does not count as an argument for users

    @functools.wraps(function)
    def checked(*args: Any, **kwargs: Any) -> Any:
        by_position = args[len(positional) :]
        if 0 < len(by_position) <= len(options):
            names = options[: len(by_position)]
            called = type(args[0]).__name__ if own else function.__name__
            given = [_shown(value) for value in args[own : len(positional)]]
            given += [f"{name}={_shown(value)}" for name, value in zip(names, by_position)]
            raise TypeError(f"{' and '.join(names)} must be given by name: {called}({', '.join(given)})")
        return function(*args, **kwargs)

    return checked


def _shown(value: Any) -> str:
    """A short value as it was written, anything else as an ellipsis."""
    return repr(value) if isinstance(value, (int, float, str, list, tuple, type(None))) else "..."
