"""What the laws of winners found, in words: which unit, how many winners, which rows tie."""

from __future__ import annotations

import numpy as np


def units(h, mask):
    """For each unit its name, its activations (N,) and its winners (N,); all axes but the first are units."""
    for index in np.ndindex(h.shape[1:]):
        name, column = ", ".join(map(str, index)), (slice(None), *index)
        yield f"unit {name}" if len(index) == 1 else f"unit ({name})", h[column], mask[column]


def maps(h, mask):
    """For each map of each image its name, its activities (H*W,) and its winners (H*W,)."""
    for n, f in np.ndindex(h.shape[0], h.shape[3]):
        yield f"image {n}, map {f}", h[n, :, :, f].reshape(-1), mask[n, :, :, f].reshape(-1)


def count(n, noun):
    """A number with its noun: 1 winner, 2 winners, no winners."""
    return f"{n or 'no'} {noun}{'' if n == 1 else 's'}"


def rows(mask):
    """The rows that a mask names: "rows 0 and 4"."""
    *first, last = [str(int(n)) for n in np.flatnonzero(mask)] or ["none"]
    return f"rows {', '.join(first)} and {last}" if first else f"row {last}" if last != "none" else "no row"


def ties(column, won):
    """Which winners of a unit tie at its smallest winning value, if several do; else nothing."""
    if not won.any():
        return ""
    smallest = column[won].min()
    equal = won & (column == smallest)
    if equal.sum() < 2:
        return ""
    return f"; {rows(equal)} tie at {smallest:g}, the lower row wins"
