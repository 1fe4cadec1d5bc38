"""``wta-np grade``: judge a student's file, or a folder of them."""

from __future__ import annotations

import importlib.util
import time
from pathlib import Path

from tqdm import tqdm

from wta_np._utils.validation import check_int, check_number
from wta_np.cli.options import add_command

GRADE = """\
Judge solutions of the exercises in tutorials/exercises.

  wta-np grade ex01_linear_backward.py
  wta-np grade anna.py --exercise 3 --json results.json
  wta-np grade submissions --csv grades.csv

The number in a file's name says which exercise it is. Each law of the exercise is asked of the code, which runs
in a process of its own, without wta_np, and with limits. Exit status: 0 if every law holds, 1 if not, 2 if
something else is wrong.
"""


def add_parser(commands):
    """Add ``grade`` to the commands."""
    parser = add_command(commands, "grade", "judge solutions of the exercises", GRADE)
    parser.add_argument("path", metavar="FILE_OR_FOLDER", help="a solution, or a folder with solutions in it")
    parser.add_argument(
        "--exercise", type=int, metavar="N", help="which exercise it is (the file's name says)"
    )
    parser.add_argument("--json", metavar="FILE", help="write the results in Gradescope's format")
    parser.add_argument("--csv", metavar="FILE", help="write a table with a row for each file")
    parser.add_argument(
        "--time", type=float, default=60.0, metavar="S", help="seconds that a file may take (%(default)g)"
    )
    parser.add_argument(
        "--memory",
        type=int,
        default=1024,
        metavar="MIB",
        help="memory that it may take, in MiB (%(default)d)",
    )
    parser.set_defaults(run=run)


def run(arguments):
    """Judge, print and write; returns the exit status."""
    if importlib.util.find_spec("hypothesis") is None:
        raise ValueError("grade needs hypothesis, which is not installed: pip install hypothesis")
    from wta_np.grading.exercises import exercise
    from wta_np.grading.report import as_text, write_csv, write_json

    check_number("--time", arguments.time, 0, above=True)
    check_int("--memory", arguments.memory, 1)
    if arguments.exercise is not None:
        exercise(arguments.exercise)
    path, began = Path(arguments.path), time.monotonic()
    if path.is_dir():
        reports = _grade_folder(path, arguments)
    else:
        reports = [_grade_file(path, arguments)]
        print(as_text(reports[0]), end="")
    if arguments.json:
        write_json(arguments.json, reports, time.monotonic() - began)
    if arguments.csv:
        write_csv(arguments.csv, reports)
    return 0 if all(report.passed for report in reports) else 1


def _grade_file(path, arguments):
    from wta_np.grading.grader import grade_file

    return grade_file(path, arguments.exercise, total_time=arguments.time, memory=arguments.memory)


def _grade_folder(folder, arguments):
    """A report for each file, whatever is wrong with it, with a progress bar and a line for each."""
    from wta_np.grading.grader import Report
    from wta_np.grading.report import first_problem

    paths = sorted(
        p for p in folder.rglob("*.py") if not any(part.startswith((".", "__")) for part in p.parts)
    )
    if not paths:
        raise ValueError(f"{folder} has no Python files in it, expected solutions of exercises")
    reports = []
    with tqdm(paths, unit="file", leave=False) as bar:
        for path in bar:
            try:
                report = _grade_file(path, arguments)
            except Exception as error:  # one bad file never stops the rest
                report = Report("", problem=" ".join(str(error).split()) or type(error).__name__)
            report.name = path.relative_to(folder).as_posix()
            reports.append(report)
            points = f"{report.score} of {report.max_score}"
            bar.write(
                f"{report.name}: {points}" + (f": {first_problem(report)}" if first_problem(report) else "")
            )
    right = sum(report.passed for report in reports)
    print(f"{right} of {len(reports)} files obey every law")
    return reports
