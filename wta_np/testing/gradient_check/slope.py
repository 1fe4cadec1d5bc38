"""A slope from two or three neighbouring steps, with a bound for its error."""

from __future__ import annotations

from dataclasses import dataclass

from wta_np.testing.gradient_check.line import RATIO, Level, Line


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


def candidates(line: Line, k: int, rtol: float) -> list[Slope]:
    """Slopes whose shortest step is that of level k.

    A third of what neighbours differ by bounds what is left, even if truncation falls 4 times for one step, as beside
    a corner, and not 16 times.
    """
    levels = [line.levels[j] for j in (k, k + 1, k + 2) if j in line.levels and line.levels[j].finite]
    if len(levels) < 2 or k not in line.levels or not line.levels[k].finite or not bends(levels, rtol):
        return []
    noise, apart = 1.1 * levels[0].noise, abs(levels[0].slope - levels[1].slope) / 3
    found = [extrapolated(levels[0], levels[1], apart, noise)]
    if len(levels) == 3:
        again = abs(found[0].value - _richardson(*levels[1:]))
        found.append(extrapolated(levels[0], levels[1], again, noise))
    return found


def extrapolated(short: Level, long: Level, apart: float, noise: float) -> Slope:
    """The slope of two steps, the first term of truncation cancelled."""
    value = _richardson(short, long)
    return Slope(value, apart + noise, step=short.step, steady=apart <= 1e-3 * abs(value) + 2 * noise)


def _richardson(short: Level, long: Level) -> float:
    return (RATIO**2 * short.slope - long.slope) / (RATIO**2 - 1)


def bends(levels: list[Level], rtol: float) -> bool:
    """Whether the bend falls from the longest to the shortest step as that of a smooth function does."""
    short, longer = levels[0], levels[1]
    allowed = rtol * abs(short.slope) + 4 * short.noise
    return abs(short.bend) <= allowed or abs(short.bend) <= 0.5 * abs(longer.bend) + 4 * longer.noise
