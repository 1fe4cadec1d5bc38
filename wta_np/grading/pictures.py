"""What a student's own code has learned, as a picture: the atoms that their weights draw."""

from __future__ import annotations

import time
from typing import Any

import numpy as np

from wta_np.grading.exercises import exercise
from wta_np.grading.sandbox.kinds import choose
from wta_np.grading.sandbox.process import Hopeless, Student
from wta_np.grading.source import read_source
from wta_np.grading.submission import Submission

FEW_PIXELS, LARGER = 12, 8  # an atom with fewer pixels along a side is drawn larger


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
    save_figure(dictionary(*_framed(np.reshape(atoms, (-1, *shape)))), to)
    return to


def _framed(atoms):
    """Atoms of a few pixels, each pixel drawn large and each atom in a black frame; others as they are.

    The gaps of a page are one pixel wide: beside 5 x 5 of them they look like a part of the atoms.
    """
    if min(atoms.shape[1:3]) >= FEW_PIXELS:
        return atoms, atoms.shape[1:]
    large = atoms.repeat(LARGER, axis=1).repeat(LARGER, axis=2)
    black = -np.abs(atoms).max(axis=(1, 2, 3), keepdims=True)
    framed = black * np.ones((1, large.shape[1] + 2, large.shape[2] + 2, atoms.shape[3]))
    framed[:, 1:-1, 1:-1] = large
    return framed, framed.shape[1:]
