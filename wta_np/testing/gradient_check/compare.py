"""One line held against a gradient: the verdict on an entry, or on a block of entries that move together."""

from __future__ import annotations

from typing import Any

import numpy as np

from wta_np.testing.gradient_check.line import Line
from wta_np.testing.gradient_check.noise import FAR_STAIR, STAIR, measured, roughness, stairs
from wta_np.testing.gradient_check.noise import HALF as HALF_ROUNDING
from wta_np.testing.gradient_check.results import SMOOTH, Comparison
from wta_np.testing.gradient_check.slopes import plain, quick, settled

ROUGHEST = 1e-5  # rounding beside the size of y: float32 is a hundred times finer
SINGLE = 1e-4  # relative error that is granted to a backward in float32,
HALF = 1e-2  # or in float16


class Comparer:
    """Compares one leaf's gradient with slopes."""

    def __init__(
        self,
        point: Any,
        leaf: Any,
        gradient: Any,
        rng: Any,
        *,
        rtol: Any,
        step: Any,
        subgradient: bool = False,
    ) -> None:
        self.point, self.leaf, self.gradient, self.rng = point, leaf, np.asarray(gradient, np.float64), rng
        self.step, self.subgradient = step, subgradient
        self.units = np.maximum(1.0, np.abs(leaf.value))  # a step is relative to large entries
        self.single = np.asarray(gradient).dtype.itemsize < 8 and np.asarray(gradient).dtype.kind == "f"
        self.rtol, self.allowed, self.rounding, self.stairs = rtol, 0.0, None, False
        self.largest = float(np.abs(self.gradient).max(initial=0.0))
        eps = max(point.eps, float(np.finfo(np.asarray(gradient).dtype).eps) if self.single else 0.0)
        if eps > 1e-10:
            self.grant(HALF if eps > 1e-5 else SINGLE)

    def grant(self, error: float) -> None:
        """Judge as befits a backward in float32 or in float16."""
        self.rtol = max(self.rtol, error)
        self.allowed = max(self.allowed, 0.1 * error * self.largest)

    def suspicious(self, found: Comparison) -> bool:
        """Whether a direction fails, or agrees less well than rounding explains: one entry of many may be wrong."""
        if found.verdict not in SMOOTH:
            return True
        root = np.sqrt(self.gradient.size)
        apart = abs(found.analytic - found.numeric)
        return apart > max(4 * found.bound + self.allowed * root, self.rtol * abs(found.analytic) / root)

    def block(self, block: Any, signs: Any) -> Comparison:
        """Compare along a direction that moves the entries of a block and no others."""
        if len(block) == 1:
            return self.entry(block[0])
        flat = np.zeros(self.gradient.size)
        flat[block] = signs[block] * self.units.reshape(-1)[block]
        direction = flat.reshape(self.gradient.shape)
        analytic = float(np.sum(self.gradient * direction))
        moved = self.gradient.reshape(-1)[block] * self.leaf.value.reshape(-1)[block]
        spread = np.finfo(np.float64).eps * float(np.linalg.norm(moved))
        line = Line(self.point, self.leaf, direction, analytic, None, self.step, spread)
        allowed = self.allowed * np.sqrt(len(block))
        return self.judge(line, allowed)

    def entry(self, i: Any) -> Comparison:
        """Compare one entry; the slope is that of the entry itself, whatever the length of its step."""
        line = self._line(i)
        index, unit = line.index, float(self.units[line.index])
        found = self.judge(line, self.allowed * unit)
        if unit != 1.0:
            found.analytic, found.numeric, found.bound = (
                float(self.gradient[index]),
                found.numeric / unit,
                found.bound / unit,
            )
        return found

    def judge(self, line: Line, allowed: float) -> Comparison:
        """The verdict on one line."""
        slope = None if self.stairs else quick(line, self.rtol, self.largest)
        if slope is None or not self._agrees(line.analytic, slope, allowed):
            line.rounding = self._rounding(line)
            slope = (None if self.rough else plain(line, self.rtol)) or settled(line, self.rtol)
        if slope.kind != "smooth":
            verdict = slope.kind
            if self.subgradient and slope.kind == "kink" and self._between(line, slope):
                verdict = "right"
                slope.value = line.analytic
        elif not self._agrees(line.analytic, slope, allowed):
            doubtful = not line.stairs and line.rounding > self._plausible(abs(slope.value))
            verdict = "rough" if doubtful else "wrong"
        else:
            scale = max(abs(line.analytic), abs(slope.value))
            verdict = "right" if slope.bound <= 0.1 * scale or scale == slope.value == 0 else "hidden"
        return Comparison(line.index, line.analytic, slope.value, slope.bound + allowed, verdict, slope)

    def _agrees(self, analytic, slope, allowed):
        scale = max(abs(analytic), abs(slope.value))
        return abs(analytic - slope.value) <= self.rtol * scale + slope.bound + allowed

    def _rounding(self, line):
        """The rounding along this line; measured for it alone only if the leaf is rougher than float64 is."""
        largest = min(1e-6, self.step / 8)
        if self.rounding is None:
            self._look_for_stairs()
        if self.stairs:
            line.value(FAR_STAIR), line.value(-FAR_STAIR)  # so that every output that changes is known
            if line.size > 0:
                line.on_stairs()
            least = HALF_ROUNDING * line.size if self.coarse else 0.0
            return float(min(max(roughness(line, STAIR), least), 3 * self.rounding))
        if self.rounding is None:
            signs = self.rng.choice([-1.0, 1.0], self.units.shape)
            probe = Line(self.point, self.leaf, signs * self.units, 0.0, None, self.step)
            of_y, of_x = np.linalg.norm(self.point.weighted), np.linalg.norm(self.gradient * self.leaf.value)
            self.rounding = measured(probe, largest, self._plausible(of_x))
            size = float(of_y + of_x)
            normal = np.finfo(np.float64).eps * max(size, probe.size)
            self.rough = self.rounding > 4 * normal
            if self.rounding > 1e7 * normal:
                self.grant(SINGLE)
        if not self.rough:
            return 0.0
        return float(np.clip(roughness(line, largest), self.rounding, 3 * self.rounding))

    def _plausible(self, of_x):
        """The largest rounding there can be where y has its size, and x moves y by so much."""
        return float(ROUGHEST * np.linalg.norm(self.point.weighted) + ROUGHEST / 100 * of_x)

    def _look_for_stairs(self):
        """Whether entries that matter, each moved by itself, go up and down in the stairs of a float16."""
        sizes = np.abs(self.gradient * self.units).reshape(-1)
        entries = {*np.argsort(-sizes)[:3].tolist(), int(np.abs(self.leaf.value).argmax())}
        found = [stairs(self._line(i)) for i in sorted(entries)]
        if any(found):
            self.stairs = self.rough = True
            self.rounding = max(found)
            self.coarse = self.rounding > 1e-6 * float(np.linalg.norm(self.point.weighted))
            self.grant(HALF if self.coarse else SINGLE)

    def _line(self, i):
        """A line that moves one entry."""
        index = tuple(int(n) for n in np.unravel_index(int(i), self.gradient.shape))
        unit = float(self.units[index])
        direction = np.zeros(self.gradient.shape)
        direction[index] = unit
        return Line(self.point, self.leaf, direction, float(self.gradient[index]) * unit, index, self.step)

    def _between(self, line, slope):
        """Whether a slope lies between those on both sides, each output taken for itself."""
        h = slope.step
        line.value(h)
        right = self.point.dy * np.nan_to_num(line._last - self.point.y) / h
        line.value(-h)
        left = self.point.dy * np.nan_to_num(self.point.y - line._last) / h
        low, high = np.minimum(left, right).sum(), np.maximum(left, right).sum()
        slack = self.rtol * max(abs(low), abs(high)) + line.levels[0].noise * line.levels[0].step / h
        return low - slack <= line.analytic <= high + slack
