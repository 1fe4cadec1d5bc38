"""Reasons to doubt a slope: other steps that see another one, and rounding that short steps know nothing of."""

from __future__ import annotations

import math

from wta_np.testing.gradient_check.line import Level, Line
from wta_np.testing.gradient_check.slope import Slope

FAR = 0.02  # the part of the distance to the analytic slope that leaves no doubt
SHORTER = (0.61, 0.137)  # steps by which a slope is confirmed, beside its own


def confirmed(line: Line, slope: Slope) -> bool:
    """Whether shorter steps, of no simple ratio to the others, agree with a slope that would call backward wrong.

    Of a fast oscillation, two neighbouring steps may see the same slope by chance, and a wrong one.
    """
    apart = abs(slope.value - line.analytic)
    if slope.bound > FAR * apart:
        return True  # not far from what backward claims
    for part in SHORTER:
        (right, up), (left, down) = line.value(part * slope.step), line.value(-part * slope.step)
        if not up > down or not math.isfinite(right - left):
            continue
        noise = line.rounding_of(Level((up - down) / 2, right, left, 0.0, line.last_size))
        if abs((right - left) / (up - down) - slope.value) > 0.1 * min(apart, abs(slope.value)) + 2 * (
            slope.bound + noise
        ):
            return False
    return True


def leads_to(line: Line, slope: Slope) -> bool:
    """Whether shorter steps see what a long one sees, as far as rounding lets them: not those of an oscillation."""
    shorter = [level for level in line.levels.values() if level.finite and level.step < 0.9 * slope.step]
    return all(
        abs(level.slope - slope.value) <= 30 * line.rounding_of(level) + 3 * slope.bound for level in shorter
    )


def doubt_rounding(line: Line) -> None:
    """Drop the measured rounding where short steps agree far better than it allows.

    Many kinks nearby look like rounding, and an oscillation does that is faster than the steps.
    """
    for first in range(-3, line.depth + 1, -3):
        if not line.rounding or line.stairs:
            return
        known, three = set(line.levels), (first, first - 1, first - 2)
        levels = [line.level(k) for k in three]
        slopes = [level.slope for level in levels]
        for k in set(three) - known:
            del line.levels[k]
        if not all(slopes):
            return  # y does not change at all: this is rounding
        if 0 < max(slopes) - min(slopes) < 1e-3 * levels[1].noise:
            line.rounding = 0.0
