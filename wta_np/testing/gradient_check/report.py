"""The report of a check that passed: the relative error of each gradient, and what was left out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Line:
    """What is known of one gradient.

    `error` is the norm of the difference over the norm of the gradient, `bound` what was allowed; `hidden` entries
    are so small that the rounding of y hides them, `skipped` ones lie on a kink.
    """

    error: float
    bound: float
    compared: int
    size: int
    hidden: int = 0
    skipped: int = 0
    directions: bool = False
    note: str = ""


class GradientReport(Mapping):
    """Relative errors by the names of the inputs; prints as a table.

    Attributes
    ----------
    lines : dict of str to Line
        All that is known of each gradient.
    verdict : str
        "right"; where nothing could be compared for some input, "right as far as it can be told".
    called : str
        How backward was called.
    """

    def __init__(self, lines: dict[str, Line], called: str = "") -> None:
        self.lines, self.called = lines, called

    @property
    def errors(self) -> dict[str, float]:
        """The relative error of each gradient."""
        return {name: line.error for name, line in self.lines.items()}

    @property
    def bounds(self) -> dict[str, float]:
        """The largest relative error that was allowed for each gradient: rtol, rounding and truncation."""
        return {name: line.bound for name, line in self.lines.items()}

    @property
    def skipped(self) -> int:
        """How many entries were left out as they lie on a kink."""
        return sum(line.skipped for line in self.lines.values())

    @property
    def hidden(self) -> int:
        """How many entries the rounding of y hides."""
        return sum(line.hidden for line in self.lines.values())

    @property
    def verdict(self) -> str:
        """In words."""
        return "right as far as it can be told" if any(line.note for line in self.lines.values()) else "right"

    def __getitem__(self, name: str) -> float:
        return self.lines[name].error

    def __iter__(self) -> Iterator[str]:
        return iter(self.lines)

    def __len__(self) -> int:
        return len(self.lines)

    def __str__(self) -> str:
        width = max(len("gradient"), *(len(name) for name in self.lines))
        rows = [f"{'gradient':{width}}  {'error':>8}  {'allowed':>8}  compared"]
        for name, line in self.lines.items():
            way = (
                f"{line.compared} directions"
                if line.directions
                else f"{line.compared} of {line.size} entries"
            )
            more = [f"{line.skipped} on kinks left out"] * bool(line.skipped)
            more += [f"{line.hidden} below rounding"] * bool(line.hidden)
            more += [line.note] * bool(line.note)
            rows.append(f"{name:{width}}  {line.error:8.1e}  {line.bound:8.1e}  {'; '.join([way, *more])}")
        return "\n".join([*rows, self.verdict])

    def __repr__(self) -> str:
        errors = ", ".join(f"{name!r}: {error:.1e}" for name, error in self.errors.items())
        return f"<GradientReport {self.verdict}: {{{errors}}}>"
