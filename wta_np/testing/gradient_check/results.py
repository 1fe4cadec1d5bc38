"""What was found on lines through the point: one comparison for each, together those of one gradient."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from wta_np.testing.gradient_check.slope import Slope

SMOOTH = ("right", "hidden")


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
    def error(self) -> Any:
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

    def of(self, *verdicts: Any) -> list:
        """Comparisons with one of these verdicts."""
        return [c for c in self.seen if c.verdict in verdicts]

    @property
    def error(self) -> Any:
        """The relative error of the gradient: the norm of the difference over the norm of the gradient."""
        return self._relative([abs(c.analytic - c.numeric) for c in self.of("right")])

    @property
    def bound(self) -> Any:
        """The part of `error` that rounding and truncation can make."""
        return self._relative([c.bound for c in self.of("right")])

    def _relative(self, sizes):
        whole = np.linalg.norm([max(abs(c.analytic), abs(c.numeric)) for c in self.of("right")])
        return float(np.linalg.norm(sizes) / whole) if whole else 0.0
