"""Text from files that may hold anything: parsed within limits, shown in a few words."""

from __future__ import annotations

import json
import math
import os
import reprlib
from typing import Any

from wta_np._utils.regular import open_regular

MAX_CHARACTERS = 1 << 22
MAX_DIGITS = 100  # of a whole number; the state of a generator has 39
MAX_SHOWN = 300  # characters of a reason in a message

_repr = reprlib.Repr()
_repr.maxstring = _repr.maxother = _repr.maxlong = 60
_repr.maxlevel = 2


def shown(value: Any) -> str:
    """`value` for a message: as its `repr`, cut where it is long.

    >>> shown([1, 2])
    '[1, 2]'
    >>> len(shown("x" * 10**6))
    60
    """
    return _repr.repr(value)


def short(text: object) -> str:
    """The text of an error on one line of at most `MAX_SHOWN` characters."""
    line = " ".join(str(text).split())
    return line if len(line) <= MAX_SHOWN else line[: MAX_SHOWN - 3] + "..."


def parse_json(text: str | bytes) -> Any:
    """What a JSON text holds; ValueError in a few words if it is not one, or too long, or nested too deeply."""
    if len(text) > MAX_CHARACTERS:
        raise ValueError(f"its JSON has {len(text)} characters, expected at most {MAX_CHARACTERS}")
    try:
        return json.loads(text, parse_int=_parse_int)
    except RecursionError as error:
        raise ValueError("its JSON is nested too deeply") from error
    except UnicodeDecodeError as error:
        raise ValueError("it is not text in UTF-8") from error
    except json.JSONDecodeError as error:
        raise ValueError(f"it is not JSON ({short(error)})") from error


def read_json(path: str | os.PathLike) -> Any:
    """What a JSON file holds. A ValueError of its content does not name the file, an OSError does."""
    with open_regular(path, MAX_CHARACTERS) as file:
        return parse_json(file.read())


def _parse_int(digits: str) -> int:
    if len(digits) > MAX_DIGITS:  # in an older Python the time grows with their square
        raise ValueError(f"its JSON has a number of {len(digits)} digits, expected at most {MAX_DIGITS}")
    return int(digits)


def is_int(value: Any, low: int = 0, high: float = math.inf) -> bool:
    """Whether `value` is a whole number, not a bool, in [low, high]."""
    return isinstance(value, int) and not isinstance(value, bool) and low <= value <= high


def is_number(value: Any, low: float = -math.inf) -> bool:
    """Whether `value` is a finite number, not a bool, of at least `low`."""
    return (
        isinstance(value, int | float)
        and not isinstance(value, bool)
        and low <= value
        and math.isfinite(value)
    )
