"""Reports on paper: text for the student, Gradescope's results.json, a CSV with one row for each file."""

from __future__ import annotations

import csv
import json
from typing import Any

from wta_np._utils.atomic import write_whole
from wta_np.grading.sandbox.kinds import ABOUT

COLUMNS = (
    "submission",
    "exercise",
    "name",
    "score",
    "max_score",
    "passed",
    "first_problem",
    "sandbox",
    "notes",
)
FORMULA = (
    "=",
    "+",
    "-",
    "@",
    "\uff1d",
    "\uff0b",
    "\uff0d",
    "\uff20",
)  # the latter are the same signs in full width


def as_text(report: Any) -> Any:
    """A `wta_np.grading.grader.Report` as lines of text."""
    if report.exercise is None:
        return f"{report.name}: {report.problem}\n"  # both are visible already, as all words of a report
    found = report.exercise.title
    lines = [f"{report.name}: {found}: {report.score} of {report.max_score} laws hold"]
    seen = set()
    for result in report.results:
        lines.append(f"  {'passed' if result.passed else 'FAILED'}  {result.title}")
        if result.message in seen:
            lines.append("          (the same as above)")
        elif not result.passed:
            lines += [f"          {line}" for line in (result.message, *result.example)]
            seen.add(result.message)
    if report.printed:
        lines += [
            "  Your code printed, at first:",
            *(f"          {p}" for p in report.printed.split("\n")[:8]),
        ]
    lines += [f"  Note: {note}" for note in report.notes]
    return "\n".join(lines) + "\n"


def in_a_line(report: Any) -> Any:
    """Name, points and first problem of a report, as a line."""
    problem = first_problem(report)
    return f"{report.name}: {report.score} of {report.max_score}" + (f": {problem}" if problem else "")


def write_json(path: Any, reports: Any, seconds: Any, unfinished: str = "") -> None:
    """Write results.json as Gradescope reads it: one test for each law, and the sum of points.

    Parameters
    ----------
    path : str or path
    reports : list of Report
    seconds : float
        That judging took.
    unfinished : str
        Why these are not all results; empty if they are. Without any report it is the one test, which failed.
    """
    tests = []
    for report in reports:
        prefix = f"{report.name}: " if len(reports) > 1 else ""
        output = [f"Note: {note}" for note in report.notes]
        tests += [
            _test(prefix + r.title, r.passed, "\n".join([r.message, *r.example, *output]).strip())
            for r in report.results
        ]
        if not report.results:
            tests.append(_test(prefix + "the file can be judged", False, report.problem))
    if not reports:
        tests.append(_test("the submission can be judged", False, unfinished))
    held = sorted({report.sandbox for report in reports if report.sandbox})
    about = {
        "score": float(sum(report.score for report in reports)),
        "execution_time": round(seconds),
        "extra_data": {
            "max_score": float(sum(report.max_score for report in reports)),
            "sandbox": held[0] if len(held) == 1 else held or None,
        },
        "tests": tests,
    }
    output = [unfinished] * bool(unfinished) + [f"Sandbox: {ABOUT[kind]}" for kind in held]
    if output:
        about["output"] = "\n".join(output)
    with write_whole(path, "w") as file:
        json.dump(about, file, indent=1)


def _test(name, passed, output):
    return {
        "name": name,
        "score": float(passed),
        "max_score": 1.0,
        "status": "passed" if passed else "failed",
        "output": output,
    }


def write_csv(path: Any, reports: Any) -> None:
    """Write a table with one row for each file."""
    with write_whole(path, "w") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(COLUMNS)
        for report in reports:
            asked = report.exercise
            number, name = (asked.number, asked.name) if asked else ("", "")
            passed = "yes" if report.passed else "no"
            row = (report.name, number, name, report.score, report.max_score, passed, first_problem(report))
            row += (report.sandbox, "; ".join(report.notes))
            table.writerow([_harmless(cell) for cell in row])


def first_problem(report: Any) -> Any:
    """Why a file has not all points: the message of the first law that does not hold, or what hindered all."""
    return report.problem or next((result.message for result in report.results if not result.passed), "")


def _harmless(cell):
    """Text that a spreadsheet shows and does not calculate: names of files and messages are not ours."""
    return "'" + cell if isinstance(cell, str) and cell.lstrip().startswith(FORMULA) else cell
