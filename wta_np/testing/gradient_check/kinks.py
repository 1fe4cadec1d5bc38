"""Points without a derivative: kinks, jumps, vertical tangents, and edges of where forward is defined."""

from __future__ import annotations

from wta_np.testing.gradient_check.line import Line
from wta_np.testing.gradient_check.slope import Slope


def without_derivative(line: Line, rtol: float) -> Slope | None:
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
