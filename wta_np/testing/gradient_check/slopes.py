"""The slope of a line at the point, from steps of many lengths, or the reason why there is none.

The slope of the chord over (-h, h) differs from the derivative by its truncation, ``h^2 phi'''/6 + ...``, which falls
16 times from one step to the next, and by rounding, which rises 4 times. Two neighbouring steps cancel the first term
(Richardson): what they differ by bounds the truncation. The bend, the slope on the right minus that on the left, falls
4 times from step to step where the function is smooth, stays at a kink, and rises 4 times at a jump.
"""

from __future__ import annotations

from dataclasses import dataclass

from wta_np.testing.gradient_check.line import RATIO, ROUNDINGS, Level, Line

FAR = 0.02  # the part of the distance to the analytic slope that leaves no doubt
BEND = 1e-4  # a difference of the slopes on both sides, relative to them, that need not be looked at


@dataclass
class Slope:
    """A derivative and a bound for its error; or, where `kind` is not "smooth", what is there instead of one.

    `kind` is "smooth", "kink", "jump", "edge" (forward is not defined on one side) or "rough"; `steady` says that
    neighbouring steps agree to three digits, or to rounding.
    """

    value: float
    bound: float
    kind: str = "smooth"
    left: float | None = None
    right: float | None = None
    step: float = 0.0
    steady: bool = True


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
    if not all(level.finite for level in levels) or not _bends(levels, rtol):
        return None
    noise = max(ROUNDINGS * line.point.eps * line.point.magnitude / levels[0].step, levels[0].noise)
    slope = _extrapolated(*levels, abs(levels[0].slope - levels[1].slope) / 4, noise)
    return slope if slope.steady and slope.bound <= FAR * abs(slope.value - line.analytic) else None


def settled(line: Line, rtol: float) -> Slope:
    """The slope from as many steps as it takes."""
    line.reach()
    _doubt_rounding(line)
    best, size = None, abs(line.analytic)
    for k in range(0, line.depth - 1, -1):  # shorter steps: they end truncation, and leave kinks behind
        level = line.level(k)
        best = _better(best, _candidates(line, k, rtol))
        if _enough(best, line.analytic, rtol):
            return best
        if level.finite:
            size = max(size, abs(level.slope))
            if level.noise > size and k <= -2:
                break  # nothing but rounding from here on
        if best is not None and level.noise > 64 * max(best.bound, rtol * size):
            break
    special = _special(line, rtol)
    if special is not None:
        known = best is not None and best.step < special.step and best.bound < 0.25 * abs(special.value)
        return best if known else special  # a kink that shorter steps leave behind is none
    for k in range(1, line.height + 1):  # longer steps: they lift the differences above the rounding
        line.level(k)
        best = _better(best, _candidates(line, k - 1, rtol) + _candidates(line, k - 2, rtol))
        if _enough(best, line.analytic, rtol):
            return best
    return best or Slope(line.level(0).slope, float("inf"), "rough")


def _doubt_rounding(line: Line) -> None:
    """Drop the measured rounding where short steps agree far better than it allows: many kinks nearby look like it."""
    if line.rounding and line.depth <= -5:
        known = set(line.levels)
        levels = [line.level(k) for k in (-3, -4, -5)]
        slopes = [level.slope for level in levels]
        if all(slopes) and 0 < max(slopes) - min(slopes) < 1e-3 * levels[1].noise:
            line.rounding = 0.0
        for k in {-3, -4, -5} - known:
            del line.levels[k]


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


def _candidates(line: Line, k: int, rtol: float) -> list[Slope]:
    """Slopes whose shortest step is that of level k."""
    levels = [line.levels[j] for j in (k, k + 1, k + 2) if j in line.levels and line.levels[j].finite]
    if len(levels) < 2 or k not in line.levels or not line.levels[k].finite or not _bends(levels, rtol):
        return []
    noise, apart = 1.1 * levels[0].noise, abs(levels[0].slope - levels[1].slope) / 4
    found = [_extrapolated(*levels[:2], apart, noise)]
    if len(levels) == 3:
        again = abs(found[0].value - _richardson(*levels[1:]))
        found.append(_extrapolated(*levels[:2], again, noise))
    return found


def _extrapolated(short: Level, long: Level, apart: float, noise: float) -> Slope:
    value = _richardson(short, long)
    return Slope(value, apart + noise, step=short.step, steady=apart <= 1e-3 * abs(value) + 2 * noise)


def _richardson(short: Level, long: Level) -> float:
    return (RATIO**2 * short.slope - long.slope) / (RATIO**2 - 1)


def _bends(levels: list[Level], rtol: float) -> bool:
    """Whether the bend falls from the longest to the shortest step as that of a smooth function does."""
    short, longer = levels[0], levels[1]
    allowed = rtol * abs(short.slope) + 4 * short.noise
    return abs(short.bend) <= allowed or abs(short.bend) <= 0.5 * abs(longer.bend) + 4 * longer.noise


def _special(line: Line, rtol: float) -> Slope | None:
    """A kink, a jump or an edge, if the shortest steps show one."""
    known = [line.levels[k] for k in sorted(line.levels) if line.levels[k].step > 0]
    one_sided = [level for level in known if not level.finite]
    if one_sided and not any(level.finite for level in known):
        return Slope(float("nan"), float("inf"), "edge", step=known[0].step)
    levels = [level for level in known if level.finite]
    jump = [
        level
        for level in levels[:4]
        if max(abs(level.right), abs(level.left)) > 20 * level.noise * level.step
    ]
    if len(jump) == 4 and _steady([max(abs(level.right), abs(level.left)) for level in jump], 1.5):
        return Slope(jump[0].slope, float("inf"), "jump", step=jump[0].step)
    for i, level in enumerate(levels[:-2]):
        right, left = level.right / level.step, -level.left / level.step
        if level.noise > 0.1 * max(abs(right), abs(left)):
            continue  # nothing but rounding
        bends = [abs(other.bend) for other in levels[i : i + 3]]
        sides = max(abs(right), abs(left))
        if bends[0] > rtol * sides + 4 * level.noise and bends[1] <= 2 * bends[0] + 4 * level.noise:
            return Slope(level.slope, float("inf"), "kink", left, right, level.step)
        chords = [abs(other.slope) for other in levels[i : i + 3]]
        if chords[0] > 1.4 * chords[1] > 1.96 * chords[2]:
            return Slope(level.slope, float("inf"), "kink", left, right, level.step)  # a vertical tangent
        return None
    return None


def _steady(sizes, factor):
    return max(sizes) <= factor * min(sizes)
