"""What a wrong gradient has in common with a right one: a guess at the mistake."""

from __future__ import annotations

from typing import Any

import numpy as np

from wta_np.testing.gradient_check.inputs import is_array
from wta_np.testing.gradient_check.line import Line
from wta_np.testing.gradient_check.verdicts import GradientError, place


def failure(result: Any, results: Any, point: Any, rtol: Any) -> GradientError:
    """The GradientError for the worst entry, or direction should no entry fail, with a guess at why."""
    wrong = result.of("wrong")
    worst = max(wrong, key=lambda c: (c.index is not None, abs(c.analytic - c.numeric)))
    ratio = f"{worst.analytic / worst.numeric:.6g}" if worst.numeric else "undefined"
    name = result.leaf.name
    message = (
        f"gradient of {place(name, worst.index)} is {worst.analytic:.9g}, central differences give "
        f"{worst.numeric:.9g} (ratio {ratio})"
    )
    if worst.index is None and result.leaf.value.ndim:
        message += " along a random direction"
    compared = [c for c in result.seen if c.verdict in ("right", "wrong", "hidden")]
    factor = common_factor(compared, result, point)
    message += factor or _pattern(result, results, point) or _nearly(compared, rtol)
    if not factor:
        message += _others(result, wrong, worst, compared)
    entries = [
        (c.index, c.error if c.verdict == "wrong" else None, c.analytic, c.numeric)
        for c in compared
        if c.index is not None
    ]
    return GradientError(message, name, worst.index, worst.analytic, worst.numeric, entries)


def common_factor(compared: Any, result: Any, point: Any) -> str:
    """What a ratio that is the same for all entries tells."""
    largest = max(max(abs(c.analytic), abs(c.numeric)) for c in compared)
    pairs = [
        (c.analytic, c.numeric) for c in compared if max(abs(c.analytic), abs(c.numeric)) > 1e-7 * largest
    ]
    if all(a == 0 for a, _ in pairs):
        return "; every entry is zero: is this gradient computed at all?"
    if any(n == 0 for _, n in pairs):
        return ""
    ratios = np.array([a / n for a, n in pairs])
    ratio = float(np.median(ratios))
    if np.ptp(ratios) > 1e-4 * np.abs(ratios).max() or abs(ratio - 1) < 1e-3:
        return ""
    if np.isclose(ratio, -1):
        return "; every entry has the wrong sign"
    if point.dy.size == 1 and point.dy[0] != 1:
        dy = float(point.dy[0])
        words = {
            1 / dy: "backward does not multiply by dy",
            dy: "backward multiplies by dy twice",
            1 / dy**2: "backward divides by dy",
            -1.0 if dy < 0 else 1.0: "backward takes abs(dy)",
        }
        for known, hint in words.items():
            if np.isclose(ratio, known, rtol=1e-4):
                return f"; every entry is off by the factor {ratio:.6g} where dy is {dy:.6g}: {hint}"
    lengths = {n for v in _arrays(point.inputs) if v.ndim > 1 for n in (len(v), v.size)}
    lengths |= {n for shape in point.shapes for n in (*shape, int(np.prod(shape)))}
    for n in sorted(n for n in lengths if n > 2):
        if np.isclose(ratio, n, rtol=1e-4):
            return f"; every entry is {ratio:.6g} times too large: is the 1/N missing?"
        if np.isclose(ratio, 1 / n, rtol=1e-4):
            return f"; every entry is {n} times too small: is there a 1/N too many, a mean for a sum?"
    return f"; every entry is off by the same factor {ratio:.6g}"


def _arrays(inputs):
    return [v for v in inputs.values() if is_array(v)]


def _grids(result):
    """What backward gave and what differences give as arrays, if every entry was compared."""
    shape = result.gradient.shape
    numeric = {c.index: c.numeric for c in result.seen if c.verdict in ("right", "wrong", "hidden")}
    if len(numeric) != result.gradient.size or not result.gradient.size:
        return None, None
    grid = np.array([numeric.get(index, np.nan) for index in np.ndindex(shape)]).reshape(shape)
    return np.asarray(result.gradient, np.float64), (None if np.isnan(grid).any() else grid)


def _same(a, b):
    return a.shape == b.shape and np.allclose(a, b, rtol=1e-4, atol=1e-5 * float(np.abs(b).max(initial=0.0)))


def _pattern(result, results, point) -> str:
    """A guess from all entries together: transposed, exchanged, a factor or a path that is missing."""
    a, n = _grids(result)
    if n is None or not np.any(a):
        return ""
    if a.ndim == 2 and a.shape[0] == a.shape[1] > 1 and _same(a.T, n):
        return "; its transpose would be right"
    for other in results:
        b, m = _grids(other) if other is not result else (None, None)
        if m is not None and b.size > 1 and _same(a, m) and _same(b, n):
            return f"; it is the gradient of {other.leaf.name}: are the two exchanged?"
    dy = point.dy
    if a.size == dy.size > 1:
        if _same(a.reshape(-1) * dy, n.reshape(-1)):
            return "; times dy it would be right: is the factor dy missing?"
        if np.all(dy) and _same(a.reshape(-1) / dy, n.reshape(-1)):
            return "; divided by dy it would be right: is it multiplied by dy twice?"
    missing = n - a
    if a.size == dy.size > 1:
        for sign, word in ((1, "missing"), (-1, "taken twice")):
            if _same(sign * dy, missing.reshape(-1)):
                return f"; what differs is dy itself: is a path around the layer {word}?"
    if a.size > 2:
        x = result.leaf.value
        factor = float(np.sum(missing * x) / np.sum(x * x)) if np.any(x) else 0.0
        if factor and _same(factor * x, missing):
            which = "missing" if factor > 0 else "added, or counted twice"
            return (
                f"; what differs is {factor:.6g} times {result.leaf.name}: "
                f"is the gradient of a regulariser {which}?"
            )
    return _output(result, point)


def _output(result, point) -> str:
    """Which of several outputs sends nothing back to the worst entry."""
    if len(point.shapes) < 2:
        return ""
    wrong = [c for c in result.of("wrong") if c.index is not None]
    if not wrong:
        return ""
    worst = max(wrong, key=lambda c: abs(c.analytic - c.numeric))
    direction = np.zeros(result.gradient.shape)
    direction[worst.index] = 1.0
    line = Line(point, result.leaf, direction, 0.0, worst.index, 1e-5)
    dy, ends = point.dy, np.cumsum([0, *(int(np.prod(shape)) for shape in point.shapes)])
    for i, (start, end) in enumerate(zip(ends, ends[1:])):
        try:
            point.dy = np.zeros_like(dy)
            point.dy[start:end] = dy[start:end]
            line.levels.clear()
            part = line.level(0).slope
        finally:
            point.dy = dy
        if part and np.isclose(worst.numeric - worst.analytic, part, rtol=1e-3):
            return f"; what differs is what comes from output {i} (counted from 0): is its dy dropped?"
    return ""


def _nearly(compared, rtol) -> str:
    """Where all entries agree to a few digits, and no more."""
    largest = max(max(abs(c.analytic), abs(c.numeric)) for c in compared)
    apart = max((c.error for c in compared if abs(c.analytic) > 1e-3 * largest), default=1.0)
    if apart >= 1e-3 or apart <= rtol:
        return ""
    accepts = 10.0 ** np.ceil(np.log10(apart * 1.01))
    return (
        f"; it agrees to {apart:.0e} but not to rtol={rtol:g}: an epsilon, an approximation or float32? "
        f"rtol={accepts:.0e} accepts it"
    )


def _others(result, wrong, worst, compared) -> str:
    """How many entries differ, and the next two."""
    singles = sorted(
        (c for c in wrong if c.index is not None and c is not worst),
        key=lambda c: -abs(c.analytic - c.numeric),
    )
    if not singles:
        return ""
    total = sum(c.index is not None for c in compared)
    shown = ", ".join(
        f"{place(result.leaf.name, c.index)} {c.analytic:.6g} for {c.numeric:.6g}" for c in singles[:2]
    )
    return f"; {len(singles) + 1} of {total} entries differ, among them {shown}"
