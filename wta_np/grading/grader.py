"""Judge a student's file: the laws of its exercise, one by one, asked of a process of its own.

>>> from wta_np import ops
>>> from wta_np.grading.grader import grade_functions
>>> report = grade_functions(2, {"relu_backward": ops.relu_backward})
>>> report.passed, report.score, report.max_score
(True, 3, 3)
"""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import hypothesis
from hypothesis import configuration

from wta_np import ops
from wta_np._utils.text import visible
from wta_np.grading.exercises import Exercise, as_asked, exercise, exercise_of
from wta_np.grading.explanations import explained
from wta_np.grading.gradient_hints import gradient_in_words
from wta_np.grading.messages import all_shown, call_in_words
from wta_np.grading.sandbox.kinds import choose
from wta_np.grading.sandbox.process import Hopeless, Student
from wta_np.grading.source import Unreadable, read_source
from wta_np.grading.submission import Here, Submission
from wta_np.grading.visible import visible_lines, visible_path
from wta_np.testing.gradient_check import GradientError
from wta_np.testing.laws.registry import ShrinkLimitReached, examples

EXAMPLES = 100  # inputs that a law draws
TOTAL_TIME, MEMORY = 60.0, 1024  # seconds for a file, MiB beyond Python and NumPy
NO_FOLDER = Path(os.devnull) / "hypothesis"  # where hypothesis cannot keep anything, and does not insist


@dataclass
class Result:
    """What one law found: its name, what it says, and if it does not hold one line and the example in lines."""

    law: str
    title: str
    passed: bool
    message: str = ""
    example: list = field(default_factory=list)


@dataclass
class Report:
    """What is known of one file.

    Attributes
    ----------
    name : str
        Of the file.
    exercise : Exercise or None
    results : list of Result
        One for each law, in order.
    problem : str
        Why the file could not be judged at all; otherwise empty.
    printed : str
        The beginning of what the code printed.
    notes : list of str
        What else there is to say, such as that it is a notebook.
    sandbox : str
        What held the code, see `wta_np.grading.sandbox.kinds`; empty where none was run.

    What a student chose, messages and names as well, holds no control characters here: they are spelled out.
    """

    name: str
    exercise: Exercise | None = None
    results: list = field(default_factory=list)
    problem: str = ""
    printed: str = ""
    notes: list = field(default_factory=list)
    sandbox: str = ""

    @property
    def score(self) -> Any:
        """Laws that hold."""
        return sum(result.passed for result in self.results)

    @property
    def max_score(self) -> Any:
        """Laws of the exercise."""
        return len(self.exercise.laws) if self.exercise else 1

    @property
    def passed(self) -> bool:
        """Whether every law holds."""
        return self.score == self.max_score

    def as_dict(self) -> dict:
        """The report as a dict of plain values."""
        about = {**vars(self), "results": [asdict(result) for result in self.results]}
        asked = self.exercise
        return {
            **about,
            "exercise": asked.number if asked else None,
            "seed": asked.seed if asked else None,
        }

    @classmethod
    def from_dict(cls, about: Any) -> Any:
        """The report that `as_dict` made a dict of."""
        about = dict(about)
        seed = about.pop("seed", None)
        asked = None if about["exercise"] is None else as_asked(exercise(about["exercise"]), seed=seed)
        return cls(**{**about, "exercise": asked, "results": [Result(**r) for r in about["results"]]})


def grade_file(
    path: Any,
    number: Any = None,
    *,
    seed: Any = None,
    total_time: Any = TOTAL_TIME,
    memory: Any = MEMORY,
    laws: Any = None,
    settings: Any = None,
    sandbox: str = "auto",
) -> Any:
    """Judge one file, in a process of its own.

    Parameters
    ----------
    path : str or path
        The student's file.
    number : int, optional
        Of the exercise; by default the file's name tells it.
    seed : int, optional
        Of the variant of the exercise, see `wta_np.grading.variants`; by default the file's name tells it, if any.
    total_time : float
        Seconds that judging it may take in all.
    memory : int
        MiB that it may take.
    laws : list of str, optional
        Names of laws, to ask these alone.
    settings : hypothesis.settings, optional
        By default `thorough`.

    sandbox : {"auto", "bubblewrap", "kernel", "guard"}
        What holds the code; by default the best that there is, see `wta_np.grading.sandbox.kinds`.

    Returns
    -------
    Report

    Raises
    ------
    OSError, ValueError
        The file cannot be read, or names no exercise; or the sandbox does not hold here.
    """
    kind = choose(sandbox)
    path = Path(path)
    asked = exercise_of(path.name) if number is None else exercise(number)
    asked = as_asked(asked, path.name, seed)
    name = visible_path(path)
    try:
        source = read_source(path)
    except Unreadable as error:
        failed = [Result(law.__name__, title(law), False, str(error)) for law in asked.laws]
        return Report(name, asked, failed, str(error))

    ends = time.monotonic() + total_time

    def start():  # again after a crash, with the time that is left
        return Student(source.text, path.name, asked.call_time, ends, memory, asked.slow, kind)

    report = judge(name, asked, start, laws, settings)
    report.notes[:0] = source.notes
    report.sandbox = kind
    return report


def grade_functions(number: Any, functions: Any, *, laws: Any = None, settings: Any = None) -> Any:
    """Judge functions in this process, for code that is trusted: dict of name to function -> Report."""
    return judge("here", exercise(number), lambda: Here(functions), laws, settings)


def thorough() -> Any:
    """Settings of hypothesis: the same examples every time, none remembered, the smallest reported."""
    return quick(EXAMPLES, phases=tuple(hypothesis.Phase))


def quick(max_examples: Any, phases: Any = (hypothesis.Phase.explicit, hypothesis.Phase.generate)) -> Any:
    """As `thorough`, with fewer examples, and by default without looking for the smallest."""
    return hypothesis.settings(
        max_examples=max_examples,
        phases=phases,
        derandomize=True,
        database=None,
        deadline=None,
        report_multiple_bugs=False,
        print_blob=False,
        suppress_health_check=list(hypothesis.HealthCheck),
    )


@contextlib.contextmanager
def nothing_kept() -> Iterator[Any]:
    """Hypothesis leaves no folder behind while this lasts."""
    before = getattr(configuration, "__hypothesis_home_directory", None)
    configuration.set_hypothesis_home_dir(NO_FOLDER)
    try:
        yield
    finally:
        configuration.set_hypothesis_home_dir(before)


def judge(name: str, asked: Exercise, start: Any, laws: Any = None, settings: Any = None) -> Report:
    """Ask the laws of an exercise of what `start` gives, see `wta_np.grading.submission.Submission`."""
    report = Report(name, asked)
    if asked.seed is not None:
        report.notes.append(f"this is the variant of seed {asked.seed}, where {asked.variant}")
    submission = Submission(asked.signatures, start)
    try:
        implementation = asked.adapt(SimpleNamespace(**{**vars(ops), **vars(submission.functions())}))
        for law in asked.laws:
            if laws is None or law.__name__ in laws:
                with examples(settings or thorough()), nothing_kept():
                    result = _ask(law, implementation, submission)
                    explained(result, submission, usual=asked.seed is None)
                    report.results.append(_shown(result))
    finally:
        submission.close()
        report.printed = "\n".join(visible_lines(submission.printed))
    swapped = "" if report.passed else submission.other_order()
    if swapped:
        report.notes.append(visible(swapped))
        first = next(result for result in report.results if not result.passed)
        first.message += f"; {visible(swapped)}"
    return report


def _shown(result):
    """A result without control characters: its words may be the student's."""
    result.message = visible(result.message)
    result.example = [visible(line) for line in result.example]
    return result


def _ask(law, implementation, submission):
    """The `Result` of one law."""
    submission.last = None
    failed = Result(law.__name__, title(law), False)
    try:
        try:
            law(implementation)
        except ShrinkLimitReached as enough:
            raise enough.__cause__ from None
    except GradientError as error:
        signature, arguments, _ = submission.last
        name = f"d{error.argument}"
        failed.message = gradient_in_words(error, name, submission.dims, signature.gives.get(name, ""))
        if name in signature.gives and all_shown(arguments):
            failed.example = call_in_words(submission.last)
    except Hopeless as error:
        failed.message = str(error)
    except AssertionError as error:
        failed.message = str(error).strip().split("\n")[0]
        if not getattr(error, "complete", False):
            failed.example = call_in_words(submission.last)
    except hypothesis.errors.Flaky:
        failed.message = (
            "the same call gives different results: is something random, or remembered between calls?"
        )
    except Exception as error:  # a result that a law cannot even look at: the student's file is to blame
        failed.message = f"{type(error).__name__}: {' '.join(str(error).split())[:300]}"
        failed.example = call_in_words(submission.last)
    else:
        failed.passed = True
    return failed


def title(law: Any) -> Any:
    """What a law says: the first line of its docstring, or its name where Python keeps none (-OO)."""
    if not law.__doc__:
        return law.__name__.replace("_", " ")
    return law.__doc__.split("\n")[0].rstrip(".")
