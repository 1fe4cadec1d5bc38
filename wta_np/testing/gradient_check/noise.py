"""The rounding of y, measured: what is left of fourth differences where a smooth function leaves nothing.

A function that works in float32 inside, or that subtracts large numbers, is rougher than the size of y tells.
"""

from __future__ import annotations

import numpy as np

from wta_np.testing.gradient_check.line import Line

POINTS = 12  # in a window
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
