"""What a student's own code has learned, as a picture: the atoms that their weights draw."""

from __future__ import annotations

import time
from typing import Any

from wta_np.grading.exercises import exercise
from wta_np.grading.sandbox.kinds import choose
from wta_np.grading.sandbox.process import Hopeless, Student
from wta_np.grading.source import read_source
from wta_np.grading.submission import Submission


def draw(
    path: Any, number: Any, to: Any, *, total_time: float = 60.0, memory: int = 1024, sandbox: str = "auto"
) -> Any:
    """Train with a student's file in its sandbox, and draw the atoms; the path of the picture, None if there is none.

    Parameters
    ----------
    path : path
        The student's file.
    number : int
        Of the exercise.
    to : path
        Of the PNG.
    total_time, memory, sandbox
        As for `wta_np.grading.grader.grade_file`.
    """
    asked = exercise(number)
    if asked.atoms is None:
        return None
    from wta_np.plots import dictionary, save_figure

    source, kind, ends = read_source(path), choose(sandbox), time.monotonic() + total_time

    def start():
        return Student(source.text, path.name, asked.call_time, ends, memory, asked.slow, kind)

    submission = Submission(asked.signatures, start)
    try:
        atoms, shape = asked.atoms(submission.functions())
    except (AssertionError, Hopeless):
        return None
    finally:
        submission.close()
    save_figure(dictionary(atoms, shape), to)
    return to
