"""The rounding of y, measured: what is left of fourth differences where a smooth function leaves nothing.

A function that works in float32 inside, or that subtracts large numbers, is rougher than the size of y tells. One that
works in float16 inside is a staircase: short steps leave y as it is, and its rounding shows at longer ones.
"""

from __future__ import annotations

import numpy as np

from wta_np.testing.gradient_check.line import Line

POINTS = 12  # in a window
STAIR = 4e-3  # the spacing at which stairs are measured: several roundings of a float16 near 1
FINEST = 1e-13  # beside the size of y: below this they are the stairs of float64
FAR_STAIR = 0.25  # where y has changed, if x does anything to it
HALF = 3e-4  # the standard deviation of a float16's rounding beside its size
_FINE, _FLAT = 1e-6, 5  # stairs are flat at this spacing, between so many of seven neighbours
_WEIGHT = np.sqrt(70.0)  # the norm of (1, -4, 6, -4, 1)


def measured(line: Line, largest: float, plausible: float) -> float:
    """The standard deviation of phi's rounding, as fourth differences beside the point show it.

    Two windows, one on each side and neither on the point, so that a kink there is no roughness, nor one in a single
    window. Fourth differences of a smooth function fall 256 times when the spacing is quartered; those of rounding
    stay, and that is where this ends. What is above `plausible` is curvature.
    """
    spacing = largest
    before: float | None = None
    for _ in range(12):
        now = roughness(line, spacing)
        if (
            before is not None
            and not now < before / 4
            and before <= plausible
            and roughness(line, spacing / 4) >= now / 16  # kinks are left behind by then
        ):
            return max(before, now)
        if now == 0:
            return before if before is not None and before <= plausible else 0.0
        before, spacing = now, spacing / 4
    return 0.0


def roughness(line: Line, spacing: float) -> float:
    """What is left of fourth differences at this spacing, in the smoother of the two windows."""
    return min(_window(line, sign * spacing) for sign in (1, -1))


def _window(line: Line, spacing: float) -> float:
    values = np.array([line.value(spacing * j)[0] for j in range(2, 2 + POINTS)])
    if not np.all(np.isfinite(values)):
        return np.inf
    return float(np.sqrt(np.mean(np.diff(values, 4) ** 2))) / _WEIGHT


def stairs(line: Line) -> float:
    """The standard deviation of phi's rounding if phi is a staircase as of a float16, 0 if it is none.

    Its stairs are small beside y, or beside what x can change in y: those of ``round`` or of a quantized network are
    not, and of these the gradient is zero.
    """
    fine = [[line.value(sign * _FINE * j)[0] for j in range(2, 10)] for sign in (1, -1)]
    flat = [int(np.sum(np.diff(values) == 0)) for values in fine]
    if min(flat) < _FLAT:
        return 0.0
    rounding = roughness(line, STAIR)
    right, left = line.value(FAR_STAIR)[0], line.value(-FAR_STAIR)[0]
    if rounding == 0:  # wide stairs: few of them up to there, each as high as one rounding of y
        height = max(abs(right), abs(left))
        return HALF * line.size if 0.3 * HALF * line.size < height <= 16 * HALF * line.size else 0.0
    moved = abs(right - left) / (2 * FAR_STAIR) * abs(float(line.leaf.value[line.index]))
    moved /= abs(float(line.direction[line.index]))
    return rounding if FINEST * line.size < rounding <= 4 * HALF * (line.size + moved) else 0.0
