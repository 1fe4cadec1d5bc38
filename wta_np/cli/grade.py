"""``wta-np grade``: judge a student's file, or a folder of them."""

from __future__ import annotations

import contextlib
import importlib.util
from pathlib import Path
from typing import Any

from tqdm import tqdm

from wta_np._utils.validation import check_int, check_number
from wta_np.cli.options import add_command

GRADE = """\
Judge solutions of the exercises in tutorials/exercises.

  wta-np grade ex01_linear_backward.py
  wta-np grade anna.py --exercise 3 --json results.json
  wta-np grade submissions --csv grades.csv

The name of a file, Python or a notebook, says which exercise it is. Each law of the exercise is asked of the code,
which runs in a process of its own, without wta_np, with limits, and inside of a sandbox:

  bubblewrap   the code sees Python and NumPy alone (Debian: apt install bubblewrap)
  kernel       Linux itself refuses other files, processes and the network (Landlock and seccomp)
  guard        Python refuses them; that holds honest code, and hostile code can step around it
  auto         the best of these that holds here; the report says which

Exit status: 0 if every law holds, 1 if not, 2 if something else is wrong. The files of results are written in any case.
"""
SANDBOXES = ("auto", "bubblewrap", "kernel", "guard")


def add_parser(commands: Any) -> None:
    """Add ``grade`` to the commands."""
    parser = add_command(commands, "grade", "judge solutions of the exercises", GRADE)
    parser.add_argument(
        "path", nargs="?", metavar="FILE_OR_FOLDER", help="a solution, or a folder with solutions in it"
    )
    parser.add_argument(
        "--exercise", type=int, metavar="N", help="which exercise it is (the file's name says)"
    )
    parser.add_argument(
        "--seed", type=int, metavar="S", help="judge the variant of this seed (the file's name says, if any)"
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
    parser.add_argument(
        "--sandbox", choices=SANDBOXES, default="auto", help="what holds the code, never less (%(default)s)"
    )
    parser.add_argument("--jobs", type=int, metavar="N", help="files of a folder judged at once (the cores)")
    parser.add_argument("--summary", metavar="DIR", help="write what the class passed, a table and a page")
    parser.add_argument(
        "--autograder",
        metavar="DIR",
        help="judge nothing: write an autograder for Gradescope into a new folder",
    )
    parser.set_defaults(run=run)


def run(arguments: Any) -> Any:
    """Judge, print and write; returns the exit status. Results are written whatever happens."""
    if importlib.util.find_spec("hypothesis") is None:
        raise ValueError("grade needs hypothesis, which is not installed: pip install hypothesis")
    if arguments.autograder is not None:
        return _write_autograder(arguments)
    if arguments.path is None:
        raise ValueError("grade needs a file or a folder, such as: wta-np grade ex01_linear_backward.py")
    from wta_np._utils.text import one_line
    from wta_np.grading.results import Results

    results = Results(arguments.json, arguments.csv)
    try:
        status = _judge(arguments, results)
    except BaseException as error:
        with contextlib.suppress(OSError):
            results.write("interrupted" if isinstance(error, KeyboardInterrupt) else one_line(error))
        raise
    return status


def _judge(arguments, results):
    from wta_np.grading.exercises import exercise
    from wta_np.grading.report import as_text
    from wta_np.grading.sandbox.kinds import ABOUT, choose

    check_number("--time", arguments.time, 0, above=True)
    check_int("--memory", arguments.memory, 1)
    if arguments.jobs is not None:
        check_int("--jobs", arguments.jobs, 1)
    if arguments.exercise is not None:
        exercise(arguments.exercise)
    _check_seed(arguments)
    path, kind = Path(arguments.path), choose(arguments.sandbox)
    if path.is_dir():
        lines = _judge_folder(path, kind, arguments, results)
        results.write()
    else:
        results.add(0, _judge_file(path, kind, arguments))
        results.write()
        lines = [as_text(results.reports[0])]
    for line in lines:
        print(line, end="")
    if arguments.summary is not None:
        from wta_np.grading.summary import write_summary

        print(f"Summary: {', '.join(map(str, write_summary(arguments.summary, results.reports)))}")
    if any(report.sandbox for report in results.reports):
        print(f"Sandbox: {ABOUT[kind]}")
    return 0 if all(report.passed for report in results.reports) else 1


def _check_seed(arguments):
    from wta_np.grading.variants import variants_of

    if arguments.seed is not None:
        check_int("--seed", arguments.seed, 0)
        if arguments.exercise is not None:
            variants_of(arguments.exercise)


def _write_autograder(arguments):
    from wta_np.grading.autograder import write_autograder

    if arguments.path is not None:
        raise ValueError("--autograder judges nothing, expected no file or folder beside it")
    _check_seed(arguments)
    files = write_autograder(arguments.autograder, arguments.exercise, seed=arguments.seed)
    names = " ".join(file.name for file in files)
    print(f"Now: cd {arguments.autograder} && zip -r ../autograder.zip {names}")
    return 0


def _judge_file(path, kind, arguments):
    """The report of one file, judged here; by a process of its own where this Python leaves out assertions (-O)."""
    if __debug__:
        from wta_np.grading.grader import grade_file

        return grade_file(
            path,
            arguments.exercise,
            seed=arguments.seed,
            total_time=arguments.time,
            memory=arguments.memory,
            sandbox=kind,
        )
    from wta_np.grading.collect import Found

    path.stat()
    ((_, report),) = _judged([Found(path, str(path))], kind, arguments, 1)
    return report


def _judged(found, kind, arguments, jobs):
    from wta_np.grading.pool import judge_all

    return judge_all(
        found,
        exercise=arguments.exercise,
        seed=arguments.seed,
        time=arguments.time,
        memory=arguments.memory,
        sandbox=kind,
        jobs=jobs,
    )


def _judge_folder(folder, kind, arguments, results):
    """Judge each file, whatever is wrong with it, with a progress bar and a line for each; the last lines to say."""
    from wta_np.grading.collect import submissions
    from wta_np.grading.pool import cores
    from wta_np.grading.report import in_a_line
    from wta_np.grading.visible import visible_path

    found, others = submissions(folder)
    if not found:
        raise ValueError(f"{visible_path(folder)} has no Python files in it, expected solutions of exercises")
    jobs = arguments.jobs or cores()
    with (
        tqdm(total=len(found), unit="file", leave=False) as bar,
        contextlib.closing(_judged(found, kind, arguments, jobs)) as judged,
    ):
        for place, report in judged:
            results.add(place, report)
            bar.write(in_a_line(report))
            bar.update()
    reports = results.reports
    lines = [f"{sum(report.passed for report in reports)} of {len(reports)} files obey every law\n"]
    if others:
        more = f" and {len(others) - 5} more" if len(others) > 5 else ""
        lines.append(f"Not judged, as neither Python nor notebooks: {', '.join(others[:5])}{more}\n")
    return lines
