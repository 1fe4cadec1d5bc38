"""One gradient held against the slopes of its lines: every entry of a small input, random directions of a large one.

A direction moves every entry by one step up or down, so that an entry weighs as much as if it were moved alone. A
direction that fails is halved until the entry that fails is found: the wrong one of a million takes twenty halvings.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from wta_np.testing.gradient_check.line import Line
from wta_np.testing.gradient_check.noise import measured, roughness
from wta_np.testing.gradient_check.slopes import Slope, plain, quick, settled

SAMPLE = 64  # entries of a large input that are compared one by one where a direction fails
NAMED = 3  # wrong entries that are looked for by halving
SEARCH = 600  # lines that halving may try
ROUGHEST = 1e-5  # rounding beside the size of y: float32 is a hundred times finer
SINGLE = 1e-4  # relative error that is granted to a backward in float32


@dataclass
class Comparison:
    """One line: "right", "wrong", "hidden" (by rounding), or what kind of point it is instead of a smooth one."""

    index: tuple | None
    analytic: float
    numeric: float
    bound: float
    verdict: str
    slope: Slope

    @property
    def error(self):
        """The relative error."""
        scale = max(abs(self.analytic), abs(self.numeric))
        return abs(self.analytic - self.numeric) / scale if scale else 0.0


@dataclass
class LeafResult:
    """All comparisons of one leaf; `entries` those of single entries."""

    leaf: object
    gradient: np.ndarray
    directions: bool = False
    seen: list[Comparison] = field(default_factory=list)

    def of(self, *verdicts):
        """Comparisons with one of these verdicts."""
        return [c for c in self.seen if c.verdict in verdicts]

    @property
    def error(self):
        """The relative error of the gradient: the norm of the difference over the norm of the gradient."""
        return self._relative([abs(c.analytic - c.numeric) for c in self.of("right")])

    @property
    def bound(self):
        """The part of `error` that rounding and truncation can make."""
        return self._relative([c.bound for c in self.of("right")])

    def _relative(self, sizes):
        whole = np.linalg.norm([max(abs(c.analytic), abs(c.numeric)) for c in self.of("right")])
        return float(np.linalg.norm(sizes) / whole) if whole else 0.0


class Comparer:
    """Compares one leaf's gradient with slopes."""

    def __init__(self, point, leaf, gradient, rng, *, rtol, step, subgradient=False):
        self.point, self.leaf, self.gradient, self.rng = point, leaf, np.asarray(gradient, np.float64), rng
        self.step, self.subgradient = step, subgradient
        self.units = np.maximum(1.0, np.abs(leaf.value))  # a step is relative to large entries
        self.single = np.asarray(gradient).dtype.itemsize < 8 and np.asarray(gradient).dtype.kind == "f"
        self.rtol, self.allowed, self.rounding = rtol, 0.0, None
        self.largest = float(np.abs(self.gradient).max(initial=0.0))
        if self.single or point.eps > 1e-10:
            self.grant_single()

    def grant_single(self):
        """Judge as befits a backward in float32."""
        self.rtol = max(self.rtol, SINGLE)
        self.allowed = 1e-5 * self.largest

    def run(self, max_elements: int, directions: int) -> LeafResult:
        """Compare all entries one by one, or along directions where there are more than `max_elements`."""
        size = self.gradient.size
        result = LeafResult(self.leaf, self.gradient, size > max_elements)
        if size <= max_elements:
            result.seen = [self.entry(i) for i in range(size)]
            return result
        every = np.arange(size)
        for _ in range(directions):
            signs = self.rng.choice([-1.0, 1.0], size)
            found = self.block(every, signs)
            result.seen.append(found)
            if self._suspicious(found):
                result.seen += self.search(every, signs, found)
                break
        if result.of("wrong", "kink", "jump", "edge", "rough"):
            largest = np.argsort(-np.abs(self.gradient).reshape(-1))[: SAMPLE // 2]
            known = {c.index for c in result.seen}
            sample = np.union1d(largest, self.rng.choice(every, SAMPLE // 2, replace=False))
            result.seen += [
                self.entry(i) for i in sample if np.unravel_index(i, self.gradient.shape) not in known
            ]
            singles = [c for c in result.seen if c.index is not None]
            if any(c.verdict not in ("right", "hidden") for c in singles):
                result.seen = singles
        return result

    def _suspicious(self, found):
        """Whether a direction fails, or agrees less well than rounding explains: one entry may be wrong."""
        if found.verdict in ("right", "hidden"):
            apart = abs(found.analytic - found.numeric)
            return apart > 4 * found.bound + self.allowed * np.sqrt(self.gradient.size) and apart > (
                self.rtol * abs(found.analytic) / np.sqrt(self.gradient.size)
            )
        return True

    def search(self, block, signs, found) -> list[Comparison]:
        """The entries at fault in a block that fails, by halving."""
        blame, waiting, tried = [], [(block, found)], 0
        while waiting and tried < SEARCH and len(blame) < NAMED:
            block, found = waiting.pop()
            if len(block) == 1:
                single = self.entry(block[0])
                if single.verdict not in ("right", "hidden"):
                    blame.append(single)
                continue
            parts = np.array_split(block, 2)
            halves = [(part, self.block(part, signs)) for part in parts]
            tried += 2
            failing = [half for half in halves if self._suspicious(half[1])]
            # the half with the larger difference first: it is taken from the end
            waiting += sorted(failing, key=lambda half: abs(half[1].analytic - half[1].numeric))
        return blame

    def block(self, block, signs) -> Comparison:
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

    def entry(self, i) -> Comparison:
        """Compare one entry; the slope is that of the entry itself, whatever the length of its step."""
        index = tuple(int(n) for n in np.unravel_index(int(i), self.gradient.shape))
        unit = float(self.units[index])
        direction = np.zeros(self.gradient.shape)
        direction[index] = unit
        line = Line(self.point, self.leaf, direction, float(self.gradient[index]) * unit, index, self.step)
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
        slope = quick(line, self.rtol, self.largest)
        if slope is None or not self._agrees(line.analytic, slope, allowed):
            line.rounding = self._rounding(line)
            slope = (None if self.rough else plain(line, self.rtol)) or settled(line, self.rtol)
        if slope.kind != "smooth":
            verdict = slope.kind
            if self.subgradient and slope.kind == "kink" and self._between(line, slope):
                verdict = "right"
                slope.value = line.analytic
        elif not self._agrees(line.analytic, slope, allowed):
            verdict = "wrong"
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
            signs = self.rng.choice([-1.0, 1.0], self.units.shape)
            probe = Line(self.point, self.leaf, signs * self.units, 0.0, None, self.step)
            of_y, of_x = np.linalg.norm(self.point.weighted), np.linalg.norm(self.gradient * self.leaf.value)
            self.rounding = measured(probe, largest, float(ROUGHEST * of_y + ROUGHEST / 100 * of_x))
            size = float(of_y + of_x)
            normal = np.finfo(np.float64).eps * max(size, probe.size)
            self.rough = self.rounding > 4 * normal
            if self.rounding > 1e7 * normal:
                self.grant_single()
        if not self.rough:
            return 0.0
        return float(np.clip(roughness(line, largest), self.rounding, 3 * self.rounding))

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
