"""Grade functions from where they are written, such as a cell of a notebook."""

from __future__ import annotations

import html
from collections.abc import Callable

from wta_np.grading.exercises import exercise
from wta_np.grading.grader import Report, grade_functions
from wta_np.grading.report import as_text


class Card:
    """What was found, readable in a terminal and in a notebook.

    Attributes
    ----------
    report : wta_np.grading.grader.Report
    passed : bool
        Whether every law holds.
    """

    def __init__(self, report: Report) -> None:
        self.report = report
        self.passed = report.passed

    def __repr__(self) -> str:
        return as_text(self.report).rstrip("\n")

    def _repr_html_(self) -> str:
        rows = []
        for result in self.report.results:
            color, word = ("#1a7f37", "passed") if result.passed else ("#b3261e", "FAILED")
            lines = [] if result.passed else [result.message, *result.example]
            more = "".join(f"<br><code>{html.escape(line)}</code>" for line in lines if line)
            rows.append(
                f'<tr><td style="color:{color};vertical-align:top"><b>{word}</b></td>'
                f'<td style="text-align:left">{html.escape(result.title)}{more}</td></tr>'
            )
        asked = self.report.exercise
        head = (
            f"Exercise {asked.number}, {asked.name}: {self.report.score} of {self.report.max_score} laws hold"
        )
        return f"<p><b>{html.escape(head)}</b></p><table>{''.join(rows)}</table>"


def check(number: int, *functions: Callable, **named: Callable) -> Card:
    """Ask the laws of an exercise of functions, in this process: for code that you trust, such as your own.

    Parameters
    ----------
    number : int
        Of the exercise.
    *functions : callable
        The functions that the exercise asks for, under their names. One alone may have any name, where the exercise
        asks for one.
    **named : callable
        Functions under names that are given here.

    Returns
    -------
    Card
        Shows itself in a notebook, and prints as text.

    Raises
    ------
    TypeError, ValueError
        Something is no function, or has a name that the exercise does not ask for.

    Examples
    --------
    >>> from wta_np.grading import check
    >>> check(4, lambda dz, mask: dz * mask)
    here: exercise 4, lifetime_backward: 3 of 3 laws hold
      passed  dh is dz at the winners and zero elsewhere
      passed  dh agrees with central differences
      passed  lifetime_backward is right in awkward cases, too: any mask, more axes
    """
    wanted = [signature.name for signature in exercise(number).signatures]
    given = dict(named)
    for function in functions:
        if not callable(function):
            raise TypeError(f"check got {type(function).__name__}, expected functions: {', '.join(wanted)}")
        name = getattr(function, "__name__", "")
        given[wanted[0] if len(wanted) == 1 == len(functions) else name] = function
    unknown = [name for name in given if name not in wanted]
    if unknown or not given:
        got = ", ".join(unknown) or "no function"
        raise ValueError(f"check got {got}, expected functions of exercise {number}: {', '.join(wanted)}")
    return Card(grade_functions(number, given))
