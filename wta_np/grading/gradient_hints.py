"""Wrong gradients in words: the worst entry, what the entries that differ share, and a guess at what that tells."""

from __future__ import annotations

import math
from typing import Any

PRODUCTS = ("NHW", "HW", "ND", "NM", "NK")  # axes over which students take means together


def gradient_in_words(error: Any, name: Any, dims: Any, axes: str = "") -> Any:
    """A `GradientError` as one sentence; `dims` are the lengths of the axes by letter, `axes` those of the gradient."""
    if error.index is None or error.numeric is None:
        return str(error).replace(f"gradient of {error.argument}", name)
    place = f"{name}[{', '.join(map(str, error.index))}]" if error.index else name
    found, expected = error.analytic + 0.0, error.numeric + 0.0
    sentence = f"{place} is {found:.6g}, central differences give {expected:.6g}"
    telling = error.larger or error
    hint = f"; {error.hint}" if error.hint else ""
    return sentence + _pattern(telling, error, dims) + _where(telling, axes.split()) + hint


def _pattern(telling, error, dims):
    """What the entries that differ have in common."""
    ratio, square = telling.common_ratio, getattr(telling, "square", True)
    if ratio is not None:
        if len(telling.entries) == 1 and (error.hint or not guess(ratio, dims, square)):
            return ""  # one entry alone is not a pattern
        shared = telling.ratio is not None and abs(telling.ratio - ratio) <= 1e-3 * abs(ratio)
        return f", {'' if shared else 'nearly all others: '}{ratio_in_words(ratio, dims, square)}"
    if not any(expected for _, _, expected in telling.wrong):
        return ": nothing should arrive there"
    if len(error.wrong) > 1:
        return f"; {len(error.wrong)} of {len(error.entries)} entries differ, with no common ratio"
    if telling is error:
        return "; the other entries are right"
    return "; where arrays are larger others differ too, with no common ratio"


def _where(error, axes):
    """Which entries of an image or a filter differ, if that tells something."""
    every = {index for index, *_ in error.entries}
    wrong = {index for index, *_ in error.wrong}
    right = every - wrong
    last = [max(index[a] for index in every) for a in range(len(axes))]
    if {"H", "W"} <= set(axes):
        h, w = axes.index("H"), axes.index("W")
        inside = {i for i in every if 0 < i[h] < last[h] and 0 < i[w] < last[w]}
        if inside <= right and len({(i[h], i[w]) for i in inside}) > 1:
            return "; only entries at the border of the image differ: padding?"
    if {"kh", "kw"} <= set(axes):
        u, v = axes.index("kh"), axes.index("kw")
        middle = {i for i in every if 2 * i[u] == last[u] and 2 * i[v] == last[v]}
        if middle <= right and len(wrong) > len(every - middle) / 2:
            return "; the middle of each filter is right: are the filters turned, or is it the padding?"
    return ""


def ratio_in_words(ratio: Any, dims: Any, square: bool = True) -> str:
    """A ratio of what was found to what was expected, and a guess at what it tells."""
    return f"ratio {ratio + 0.0:.6g}{guess(ratio, dims, square)}"


def guess(ratio: Any, dims: Any, square: bool = True) -> str:
    """A guess at what a ratio of two gradients tells; `dims` are the lengths of the axes by letter.

    A ratio of 2 is that of a square's derivative only where the exercise has a square.
    """

    def near(value):
        return abs(ratio - value) <= 1e-4 * abs(value)

    if ratio == 0:
        return ": does nothing arrive there?"
    if near(-1):
        return ": the sign?"
    if square and near(2):
        return ": the derivative of the square, whose 2 the 1/2 takes away?"
    if square and near(0.5):
        return ": the 2 of the derivative of the square?"
    singles = [letter for letter, length in dims.items() if letter.isupper() and length > 1 + square]
    together = [letters for letters in PRODUCTS if set(letters) <= set(dims)]
    for letters in (*singles, *together):
        length, name, over = math.prod(dims[i] for i in letters), "*".join(letters), _listed(letters)
        if near(length):
            return f": {name} is {length}; a mean over {over} that became a sum?"
        if near(1 / length):
            return f": {name} is {length}; a sum over {over} that became a mean?"
    return ""


def _listed(letters):
    """Words with commas and an "and": N, H and W."""
    *first, last = letters
    return f"{', '.join(first)} and {last}" if first else last
