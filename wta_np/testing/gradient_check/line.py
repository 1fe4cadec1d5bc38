"""The loss along a line through the point, as it rises to both sides at steps h, 4 h, h/4, ...

The loss is ``phi(t) = sum(dy * (y(x + t d) - y(x)))``: differences first, then the sum, so that what stays the same
adds no rounding.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

EPS = float(np.finfo(np.float64).eps)
ROUNDINGS = 4  # how many roundings of the size of y itself an evaluation is granted
RATIO = 4.0  # between neighbouring steps
LONGEST, SHORTEST = 0.3, 2e-14  # steps, in units of max(1, |x|); of tiny x the shortest is in units of |x|


@dataclass
class Level:
    """Both sides at one step: their sums, the slope of the chord, and how far rounding can have moved it.

    `size` is the norm of dy times those outputs that have changed.
    """

    step: float
    right: float
    left: float
    noise: float
    size: float

    @property
    def slope(self) -> Any:
        """(phi(h) - phi(-h)) / 2h."""
        return (self.right - self.left) / (2 * self.step)

    @property
    def bend(self) -> Any:
        """The slope to the right minus the slope to the left."""
        return (self.right + self.left) / self.step

    @property
    def finite(self) -> Any:
        """Whether forward is defined on both sides."""
        return bool(np.isfinite(self.right) and np.isfinite(self.left))


class Line:
    """A line through the point along which one leaf is moved.

    Parameters
    ----------
    point : Point
    leaf : Leaf
    direction : ndarray
        Of the shape of the leaf.
    analytic : float
        The slope that backward claims.
    index : tuple of int or None
        The only entry that is moved, if it is one.
    spread : float
        By how much rounding of ``x + h d`` can move the slope times h. The step of a single entry is measured; there
        it is how much rounding of a multiple of x, as in ``sin(1e9 x)``, can move it.
    """

    def __init__(
        self, point: Any, leaf: Any, direction: Any, analytic: Any, index: Any, step: Any, spread: float = 0.0
    ) -> None:
        self.point, self.leaf, self.direction, self.analytic = point, leaf, direction, analytic
        self.index, self.base, self.spread = index, step, spread
        self.rounding = 0.0  # measured, see noise.py
        self.stairs = False  # whether it is that of stairs, so that it is all there is
        self.levels: dict[int, Level] = {}
        self._changed = np.zeros(point.y.shape, bool)
        self.size = 0.0
        self._tiny = _scale(leaf.value if index is None else leaf.value[index]) or _scale(leaf.value) or 1.0
        self._share = 0.0  # of an entry's rounding in a step of it
        if index is not None:
            self._share = EPS * abs(float(leaf.value[index] / direction[index]))

    @property
    def depth(self) -> Any:
        """The lowest level there is."""
        return int(np.ceil(np.log(SHORTEST * self._tiny / self.base) / np.log(RATIO)))

    @property
    def height(self) -> Any:
        """The highest level there is."""
        return max(0, int(np.floor(np.log(LONGEST / self.base) / np.log(RATIO))))

    def value(self, t: float) -> tuple[float, float]:
        """phi(t), and the t that x has really moved by."""
        x = self.leaf.value
        if self.index is not None:
            place = x.copy()
            place[self.index] = x[self.index] + t * self.direction[self.index]
            t = float((place[self.index] - x[self.index]) / self.direction[self.index])
        else:
            place = x + t * self.direction
        y = self.point.moved(self.leaf, place)
        self._last = y
        changed = (y != self.point.y) & self.point.usable
        self._changed |= changed
        with np.errstate(invalid="ignore", over="ignore"):
            difference = y[changed] - self.point.y[changed]
            weighted = self.point.dy[changed] * difference
            self.last_size = float(np.linalg.norm(self.point.dy[changed] * y[changed]))
        self.size = max(self.size, self.last_size)
        return float(np.sum(weighted)), t

    def level(self, k: int) -> Level:
        """Both sides at the step ``base * 4**k``."""
        if k not in self.levels:
            h = self.base * RATIO**k
            right, up = self.value(h)
            size = self.last_size
            left, down = self.value(-h)
            h, size = (up - down) / 2, max(size, self.last_size)
            if h <= 0:
                self.levels[k] = Level(h, np.nan, np.nan, np.inf, size)
            else:
                self.levels[k] = Level(h, right, left, 0.0, size)
        level = self.levels[k]
        if level.step > 0:
            level.noise = self.rounding_of(level)
        return level

    def rounding_of(self, level: Level) -> float:
        """By how much rounding can have moved the slope of a level."""
        if self.stairs:
            return 4 * self.rounding / level.step
        size = level.size if np.isfinite(level.size) else np.inf
        if self._changed.any():
            size = max(size, float(np.linalg.norm(self.point.weighted[self._changed])))
        else:
            size = max(size, self.point.magnitude)
        spread = self.spread if self.index is None else self._share * abs(level.slope)
        return (max(ROUNDINGS * self.point.eps * size, 4 * self.rounding) + spread) / level.step

    def on_stairs(self) -> None:
        """Take steps as long as may be, and the measured rounding for all there is."""
        self.stairs = True
        self.base *= 0.999 * LONGEST / (self.base * RATIO**self.height)
        self.levels.clear()

    def reach(self) -> None:
        """Take the longest step, so that outputs which a short one leaves as they are are known to be moved."""
        self.level(self.height)


def _scale(x: Any) -> float:
    """The largest absolute value where it is below 1, but not by more than floats can be divided by; 0 for none."""
    largest = float(np.abs(x).max(initial=0.0))
    return min(1.0, max(largest, 1e-280)) if largest else 0.0
