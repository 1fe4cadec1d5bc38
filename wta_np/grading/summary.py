"""What a class has passed and where it stumbled: as a table and as a page."""

from __future__ import annotations

import csv
import html
import re
from collections import Counter
from pathlib import Path
from typing import Any

from wta_np._utils.atomic import write_whole
from wta_np.grading.report import first_problem

COLUMNS = ("exercise", "name", "law", "files", "passed", "share", "commonest_mistake", "of_files")
COMMON = 5  # mistakes of an exercise that the page shows


def kind_of(message: str) -> Any:
    """A message without what differs from file to file: numbers, places, names in code."""
    name, _, words = message.rpartition("; ")
    tail = words if name and not re.search(r"\d{2}|ratio", words) else message
    tail = re.sub(r"\[[^\]]*\]|\([^)]*\)", "", tail)
    tail = re.sub(r"[-+]?\d[\d.e+-]*", "#", tail)
    return " ".join(tail.split())[:160]


def summary(reports: Any) -> Any:
    """For each exercise and each of its laws: a dict with the `COLUMNS`, in their order.

    Parameters
    ----------
    reports : list of wta_np.grading.grader.Report
        Those that belong to no exercise are left out.
    """
    rows = []
    by_number = {}
    for report in reports:
        if report.exercise is not None:
            by_number.setdefault((report.exercise.number, _name(report.exercise)), []).append(report)
    for (number, name), of_one in sorted(by_number.items()):
        found = Counter(kind_of(first_problem(r)) for r in of_one if not r.passed)
        rows.append(_row(number, name, "all laws", len(of_one), sum(r.passed for r in of_one), found))
        for place in range(len(of_one[0].exercise.laws)):
            results = [r.results[place] for r in of_one if place < len(r.results)]
            failed = Counter(kind_of(result.message) for result in results if not result.passed)
            title = results[0].title if results else ""
            rows.append(_row(number, name, title, len(of_one), sum(r.passed for r in results), failed))
    return rows


def _name(asked):
    """The name of an exercise, and of a variant what it asks for: two seeds may ask for the same."""
    return f"{asked.name}, where {asked.variant}" if asked.variant else asked.name


def _row(number, name, law, files, passed, mistakes):
    (words, times), *_ = mistakes.most_common(1) or [("", 0)]
    return dict(zip(COLUMNS, (number, name, law, files, passed, f"{passed / files:.2f}", words, times)))


def write_summary(folder: Any, reports: Any) -> Any:
    """Write ``summary.csv`` and ``summary.html`` into a folder, which is made if need be; their paths."""
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    rows = summary(reports)
    table, page = folder / "summary.csv", folder / "summary.html"
    with write_whole(table, "w") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        for row in rows:
            writer.writerow({key: _harmless(value) for key, value in row.items()})
    with write_whole(page, "w") as file:
        file.write(as_page(rows, reports))
    return table, page


def as_page(rows: Any, reports: Any) -> str:
    """The summary as a page of HTML that needs nothing else."""
    right, unknown = sum(r.passed for r in reports), sum(r.exercise is None for r in reports)
    parts = [
        '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Summary of a class</title><style>'
        "body{font:16px sans-serif;max-width:60em;margin:2em auto}td,th{padding:.2em .6em;text-align:left;"
        "vertical-align:top}tr:nth-child(even){background:#f3f3f3}</style></head><body>",
        f"<h1>Summary of a class</h1><p>{right} of {len(reports)} files obey every law"
        + (f"; {unknown} belong to no exercise" if unknown else "")
        + ".</p>",
    ]
    for number, name in dict.fromkeys((row["exercise"], row["name"]) for row in rows):
        of_one = [row for row in rows if (row["exercise"], row["name"]) == (number, name)]
        whole = of_one[0]
        parts.append(
            f"<h2>Exercise {number}, {html.escape(whole['name'])}: {whole['passed']} of {whole['files']} passed</h2>"
            "<table><tr><th>law</th><th>holds for</th><th>commonest mistake</th></tr>"
        )
        for row in of_one[1:]:
            mistake = (
                f"{html.escape(row['commonest_mistake'])} ({row['of_files']})" if row["of_files"] else ""
            )
            parts.append(
                f"<tr><td>{html.escape(row['law'])}</td><td>{row['passed']} of {row['files']}</td>"
                f"<td>{mistake}</td></tr>"
            )
        parts.append("</table>")
        first = [
            r
            for r in reports
            if r.exercise is not None
            and (r.exercise.number, _name(r.exercise)) == (number, name)
            and not r.passed
        ]
        common = Counter(kind_of(first_problem(r)) for r in first).most_common(COMMON)
        if common:
            lines = "".join(f"<li>{count} x {html.escape(words)}</li>" for words, count in common)
            parts.append(f"<p>First problems, from the commonest:</p><ul>{lines}</ul>")
    return "\n".join([*parts, "</body></html>\n"])


def _harmless(cell):
    """Text that a spreadsheet shows and does not calculate."""
    return "'" + cell if isinstance(cell, str) and cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell
