"""The slope of a line at the point, from steps of many lengths, or the reason why there is none.

The slope of the chord over (-h, h) differs from the derivative by its truncation, ``h^2 phi'''/6 + ...``, which falls
16 times from one step to the next, and by rounding, which rises 4 times. Two neighbouring steps cancel the first term
(Richardson): what they differ by bounds the truncation. The bend, the slope on the right minus that on the left, falls
4 times from step to step where the function is smooth, stays at a kink, and rises 4 times at a jump.
"""

from __future__ import annotations

from wta_np.testing.gradient_check.doubts import FAR, confirmed, doubt_rounding, leads_to
from wta_np.testing.gradient_check.kinks import without_derivative
from wta_np.testing.gradient_check.line import ROUNDINGS, Line
from wta_np.testing.gradient_check.slope import Slope, bends, candidates, extrapolated

BEND = 1e-4  # a difference of the slopes on both sides, relative to them, that need not be looked at


def quick(line: Line, rtol: float, largest: float) -> Slope | None:
    """The slope from the first step alone, or None where that is not enough to trust it.

    `largest` is the largest slope that backward claims for any entry: beside it, zero may be nothing but rounding.
    """
    first = line.level(0)
    if not first.finite:
        return None
    scale = max(abs(line.analytic), abs(first.slope))
    if first.right == first.left == line.analytic == 0:
        possible = ROUNDINGS * line.point.eps * line.point.magnitude / first.step
        return Slope(0.0, first.noise, step=first.step) if possible <= max(1e-3 * largest, 1e-9) else None
    if first.noise > 1e-3 * scale:
        return None
    if abs(first.bend) / 2 > BEND * scale + first.noise:
        h = line.base / 2
        (right, _), (left, _) = line.value(h), line.value(-h)
        bend, half = first.right + first.left, right + left
        if not abs(bend - 4 * half) <= 0.2 * abs(bend) + 10 * first.noise * h:
            return None
    return Slope(first.slope, first.noise, step=first.step)


def plain(line: Line, rtol: float) -> Slope | None:
    """The slope from two steps where it is far from the analytic one; None where that is not plain."""
    levels = [line.level(k) for k in (-1, 0)]
    if not all(level.finite for level in levels) or not bends(levels, rtol):
        return None
    noise = max(ROUNDINGS * line.point.eps * line.point.magnitude / levels[0].step, levels[0].noise)
    slope = extrapolated(levels[0], levels[1], abs(levels[0].slope - levels[1].slope) / 3, noise)
    told = slope.steady and slope.bound <= FAR * abs(slope.value - line.analytic)
    return slope if told and confirmed(line, slope) else None


def settled(line: Line, rtol: float) -> Slope:
    """The slope from as many steps as it takes."""
    line.reach()
    doubt_rounding(line)
    best, size = None, abs(line.analytic)
    for k in range(0, line.depth - 1, -1):  # shorter steps: they end truncation, and leave kinks behind
        level = line.level(k)
        best = _better(best, candidates(line, k, rtol))
        if _enough(best, line.analytic, rtol):
            if confirmed(line, best):
                return best
            best = None
        if level.finite:
            size = max(size, abs(level.slope))
            if level.noise > size and k <= -2 and level.noise >= line.levels[k + 1].noise:
                break  # nothing but rounding from here on
        if best is not None and level.noise > 64 * max(best.bound, rtol * size):
            break
    if best is not None and not leads_to(line, best):
        every = [slope for k in line.levels for slope in candidates(line, k, rtol)]
        best = _better(None, [slope for slope in every if leads_to(line, slope)])
    special = without_derivative(line, rtol)
    if special is not None:
        known = best is not None and best.step < special.step and best.bound < 0.25 * abs(special.value)
        return best if known else special  # a kink that shorter steps leave behind is none
    for k in range(1, line.height + 1):  # longer steps: they lift the differences above the rounding
        line.level(k)
        found = candidates(line, k - 1, rtol) + candidates(line, k - 2, rtol)
        best = _better(best, [slope for slope in found if leads_to(line, slope)])
        if _enough(best, line.analytic, rtol):
            if confirmed(line, best):
                return best
            best = None
    return best or Slope(line.level(0).slope, float("inf"), "rough")


def _enough(best, analytic, rtol):
    """Whether a slope is known well enough to call the analytic one right or wrong."""
    if best is None:
        return False
    if best.bound <= 0.05 * rtol * max(abs(best.value), abs(analytic)):
        return True
    return best.steady and best.bound <= FAR * abs(best.value - analytic)


def _better(best, found):
    for slope in found:
        if best is None or slope.bound < best.bound:
            best = slope
    return best
