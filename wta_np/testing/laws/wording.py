"""What the laws of winners found, in words: which unit, how many winners, which rows tie, what values."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from wta_np.backend import Array
from wta_np.testing.laws.registry import require

SMALL, MEDIUM = 16, 64  # entries of an array that is written out, and of one that is if its text is short
LONG = 200  # characters of a line that are shown


def units(h: Array, mask: Array) -> Iterator[Any]:
    """For each unit its name, its activations (N,) and its winners (N,); all axes but the first are units."""
    for index in np.ndindex(h.shape[1:]):
        name, column = ", ".join(map(str, index)), (slice(None), *index)
        yield f"unit {name}" if len(index) == 1 else f"unit ({name})", h[column], mask[column]


def maps(h: Array, mask: Array) -> Iterator[Any]:
    """For each map of each image its name, its activities (H*W,) and its winners (H*W,)."""
    for n, f in np.ndindex(h.shape[0], h.shape[3]):
        yield f"image {n}, map {f}", h[n, :, :, f].reshape(-1), mask[n, :, :, f].reshape(-1)


def count(n: Any, noun: Any) -> str:
    """A number with its noun: 1 winner, 2 winners, no winners."""
    return f"{n or 'no'} {noun}{'' if n == 1 else 's'}"


def require_winners(name: Any, won: Any, k: Any) -> None:
    """AssertionError unless a unit has k winners: what else is true of them would say nothing."""
    require(
        won.sum() == k,
        f"{name}: {count(won.sum(), 'winner')}, expected {k}: first of all the number has to be right",
    )


def rows(mask: Array) -> str:
    """The rows that a mask names: "rows 0 and 4"."""
    *first, last = [str(int(n)) for n in np.flatnonzero(mask)] or ["none"]
    return f"rows {', '.join(first)} and {last}" if first else f"row {last}" if last != "none" else "no row"


def ties(column: Any, won: Any) -> str:
    """Which winners of a unit tie at its smallest winning value, if several do; else nothing."""
    if not won.any():
        return ""
    smallest = column[won].min()
    equal = won & (column == smallest)
    if equal.sum() < 2:
        return ""
    return f"; {rows(equal)} tie at {smallest:g}, the lower row wins"


def shown(value: Any) -> Any:
    """A value on one line; a large array by its shape."""
    if isinstance(value, np.ndarray):
        if value.size > MEDIUM:
            return f"array of shape {value.shape}"
        if value.ndim == 0:
            return shown(value[()])
        if value.size == 0:
            return f"empty array of shape {value.shape}"
        text = "[" + ", ".join(shown(part) for part in value) + "]"
        return text if value.size <= SMALL or len(text) <= LONG // 2 else f"array of shape {value.shape}"
    if isinstance(value, (tuple, list)):
        return "(" + ", ".join(shown(part) for part in value) + ")"
    if isinstance(value, (bool, np.bool_)):
        return str(bool(value))
    if isinstance(value, (float, np.floating)):
        return f"{float(value) + 0.0:.6g}"  # 0 instead of -0
    return str(value)[:80]
