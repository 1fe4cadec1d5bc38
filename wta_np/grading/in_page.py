"""Judge the text of a student's file in this process: where there are no others, as in a browser's page.

Nothing is held back from the code, and a loop without an end is for whoever watches this process to end. `announce`
tells them what is about to run.

>>> report = grade_source(2, "def relu_backward(dh, a):\\n    return dh * (a > 0)\\n")
>>> report.passed, report.score
(True, 3)
"""

from __future__ import annotations

import ast
import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from typing import Any

from wta_np.grading.exercises import exercise
from wta_np.grading.grader import Report, judge
from wta_np.grading.sandbox import child


class StudentHere:
    """The functions of a file in this process, in the place of a `wta_np.grading.sandbox.process.Student`.

    Parameters
    ----------
    source : str
        The text of the file.
    filename : str
        Its name, for messages.
    announce : callable
        ``announce(what)`` before code of the file runs, and ``announce(None)`` when it has returned.
    """

    def __init__(self, source: str, filename: str, announce: Callable[[str | None], Any]) -> None:
        self._filename, self._announce, self._prints = filename, announce, Beginning()
        self.refused = ["import wta_np"] if imports_the_answers(source) else []
        module, self.problem = None, None
        if not self.refused:
            with self._announced("the file"):
                module, self.problem = child.load(source, filename)
        self._module = module
        found = child.contents(module)
        self.functions, self.own, self.parameters = found["functions"], found["own"], found["parameters"]

    def call(self, name: str, arguments: Any) -> dict:
        """As `Student.call`: the reply to a call with copies of the arguments."""
        given = [a.copy() if hasattr(a, "copy") else a for a in arguments]
        with self._announced(name):
            return child.call(self._module, name, given, self._filename)

    def close(self) -> None:
        """Nothing is left to end."""

    @contextmanager
    def _announced(self, what: str) -> Iterator[None]:
        self._announce(what)
        try:
            with redirect_stdout(self._prints), redirect_stderr(self._prints):
                yield
        finally:
            self._announce(None)

    @property
    def printed(self) -> bytes:
        """The beginning of what the code printed."""
        return self._prints.getvalue().encode(errors="replace")


class Beginning(io.StringIO):
    """A stream that keeps the first few thousand characters."""

    LONGEST = 4096

    def write(self, text: str) -> int:
        """Keep what there is room for; the rest counts as written."""
        super().write(text[: max(0, self.LONGEST - self.tell())])
        return len(text)


def imports_the_answers(source: str) -> bool:
    """Whether a file imports the package; False if it is no Python."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError):
        return False
    names = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names.append(node.module or "")
    return any(name.split(".")[0] == "wta_np" for name in names)


def grade_source(
    number: int, source: str, announce: Callable[[str | None], Any] = lambda what: None
) -> Report:
    """Judge the text of a file in this process.

    Parameters
    ----------
    number : int
        Of the exercise.
    source : str
        What the student wrote.
    announce : callable
        Told what is about to run, such as ``"lifetime_mask"``, and None when that has returned.

    Returns
    -------
    Report

    Raises
    ------
    TypeError, ValueError
        There is no such exercise.
    """
    asked = exercise(number)
    return judge(asked.filename, asked, lambda: StudentHere(source, asked.filename, announce))
