"""From comparisons to a verdict: a report, or the reason why the point tells nothing."""

from __future__ import annotations

import warnings
from typing import Any

from wta_np.testing.gradient_check.outputs import n_outputs
from wta_np.testing.gradient_check.report import GradientReport, Line
from wta_np.testing.gradient_check.results import SMOOTH, LeafResult
from wta_np.testing.gradient_check.verdicts import GradcheckWarning, KinkError, UndecidedError, place

NEGLIGIBLE = 1e-9  # rounding may hide a gradient below this, dy being of order one,
MINOR = 1e-3  # or below this part of the largest entry of the same gradient


def judge(
    results: list[LeafResult], called: str, rtol: float, kinks: str, allow_zero: bool
) -> GradientReport:
    """The report of comparisons of which none is wrong; KinkError or UndecidedError where they tell too little."""
    for result in results:
        for c in result.seen:
            if c.verdict not in SMOOTH and not (kinks == "skip" and c.verdict in ("kink", "jump")):
                raise refusal(result, c)
        if not result.of(*SMOOTH):
            raise UndecidedError(
                f"every entry of {result.leaf.name} lies on a kink, so that none is left to compare: "
                "move the point",
                result.leaf.name,
                "zero",
            )
    for result in results:
        _check_hidden(result)
    every = [c for result in results for c in result.of(*SMOOTH)]
    if not allow_zero and all(c.analytic == 0 and c.numeric == 0 for c in every):
        names = " and ".join(f"gradient of {result.leaf.name}" for result in results)
        raise UndecidedError(
            f"{names} is zero at every entry that was compared, so that any factor in backward would pass: "
            "move the point, or give weights behind it that are not zero",
            results[0].leaf.name,
            "zero",
        )
    lines = {result.leaf.name: _line(result, rtol) for result in results}
    for name, line in lines.items():
        if line.note and not allow_zero:
            warnings.warn(f"gradient of {name} {line.note}", GradcheckWarning, stacklevel=4)
    return GradientReport(lines, called)


def warn_of_outputs(protocol: Any, point: Any) -> None:
    """GradcheckWarning if outputs have no upstream gradient, and nothing says that they are a cache."""
    others = n_outputs(point.items) - point.count
    if others > 0 and not protocol.sure:
        warnings.warn(
            f"forward returns {point.count + others} float arrays and backward takes one dy for {point.count}: "
            "the others are not checked",
            GradcheckWarning,
            stacklevel=4,
        )


def refusal(result: Any, c: Any) -> Exception:
    """The error for a line that has no derivative at the point."""
    name = result.leaf.name
    where = f", at index {c.index}" if c.index is not None else ", along a random direction"
    if c.verdict in ("kink", "jump"):
        return KinkError(
            f"{name} has a kink or a tie at the point{where}: move the point away from it, or leave such entries "
            'out with kinks="skip"',
            name,
            c.index,
            c.slope.left,
            c.slope.right,
        )
    if c.verdict == "edge":
        return UndecidedError(
            f"forward is NaN or infinite a step of {c.slope.step:.0e} away from {place(name, c.index)}, though not at "
            "the point itself: the point lies at the edge of where forward is defined; move it",
            name,
            "edge",
        )
    return UndecidedError(
        f"differences do not settle at any step{where} of {name}: forward is rough or random there",
        name,
        "rough",
    )


def _check_hidden(result):
    """UndecidedError if rounding hides an entry that matters."""
    largest = max((max(abs(c.analytic), abs(c.numeric)) for c in result.of("right")), default=0.0)
    for c in result.of("hidden"):
        if c.bound > max(MINOR * largest, NEGLIGIBLE):
            raise UndecidedError(
                f"gradient of {place(result.leaf.name, c.index)} cannot be told: backward gives {c.analytic:.3g}, and "
                f"rounding of y leaves central differences {c.numeric:.3g} +- {c.bound:.1g}; "
                "y is too large beside what the input changes",
                result.leaf.name,
                "rounding",
            )


def _line(result, rtol) -> Line:
    smooth, hidden = result.of(*SMOOTH), result.of("hidden")
    note = ""
    if all(c.analytic == 0 and c.numeric == 0 for c in smooth):
        note = "is zero at every entry that was compared: any factor in it would pass"
    elif len(hidden) == len([c for c in smooth if c.analytic or c.numeric]):
        note = "cannot be told from zero: it is too small to change y beyond rounding"
    return Line(
        error=result.error,
        bound=rtol + result.bound,
        compared=len(smooth),
        size=result.gradient.size,
        hidden=len(hidden),
        skipped=len(result.of("kink", "jump")),
        directions=result.directions,
        note=note,
    )
