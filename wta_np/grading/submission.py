"""A student's functions as an implementation that laws can be asked of."""

from __future__ import annotations

import copy
import difflib
import inspect
import re
from types import SimpleNamespace
from typing import Any

import numpy as np

from wta_np._utils.text import visible
from wta_np.grading.messages import DATA, in_words, shapes_in_words
from wta_np.grading.sandbox.child import call as call_here
from wta_np.grading.sandbox.process import Hopeless, Lost, StudentError

TRIALS = 4  # repetitions of a call, to see whether its result stays what it was


class WrongKind(Hopeless):
    """A result is of the wrong kind; `right_parts` holds those of its parts that are of the right one, by name."""

    def __init__(self, message: str, right_parts: Any) -> None:
        super().__init__(message)
        self.right_parts = right_parts


class Submission:
    """Calls a student's functions, checks what comes back, and remembers the last call for the report.

    Parameters
    ----------
    signatures : list of Signature
        The functions of the exercise.
    start : callable
        ``start()`` -> a `Student`, or anything else with its `functions`, `problem`, `refused`, `call`, `close`.

    Attributes
    ----------
    last : str or None
        The last call and its result, in words.
    dims : dict
        The lengths of the last call, see `Signature.lengths`.
    printed : str
        The beginning of what the student's code printed.
    """

    def __init__(self, signatures: Any, start: Any) -> None:
        self._signatures = {s.name: s for s in signatures}
        self._start, self._student = start, None
        self._parameters = {}  # function -> its parameters, as the student named them
        self._broken = {}  # function -> why it is not called again
        self.last, self.dims, self.printed = None, {}, ""

    def functions(self) -> Any:
        """The functions of the exercise by name, to be called like anyone's."""
        return SimpleNamespace(**{name: self._proxy(s) for name, s in self._signatures.items()})

    def _proxy(self, signature):
        def function(*arguments):
            return self._call(signature, arguments)

        parameters = [inspect.Parameter(n, inspect.Parameter.POSITIONAL_OR_KEYWORD) for n in signature.takes]
        function.__signature__ = inspect.Signature(parameters)  # by which gradcheck finds the arguments
        return function

    def student(self) -> Any:
        """The process, started if there is none; Hopeless if the file cannot be used."""
        if "the file" in self._broken:
            raise Hopeless(self._broken["the file"])
        if self._student is None:
            try:
                self._student = self._start()
                self._parameters = self._student.parameters
            except Lost as lost:
                self._broken["the file"] = str(lost)
                raise
        self._check_refused()
        if self._student.problem:
            raise Hopeless(f"the file cannot be run: {in_words(self._student.problem)}")
        return self._student

    def _check_refused(self):
        for what in self._student.refused:
            if what == "import wta_np":
                raise StudentError(
                    "the code imports wta_np, whose functions are the answers: use NumPy alone"
                )
            raise Hopeless(f"the code tried to {what}, which it may not while it is graded")

    def _call(self, signature, arguments):
        name = signature.name
        student = self.student()
        if name in self._broken:
            raise Hopeless(self._broken[name])
        if name not in student.functions:
            raise Hopeless(f"the file defines no function {name}{defined_instead(name, student.own)}")
        self.dims = signature.lengths(arguments)
        self.last = signature, arguments, None
        try:
            reply = student.call(name, arguments)
        except Lost as lost:
            self._broken[name] = str(lost)
            self._hang_up()
            raise
        self._check_refused()
        if "problem" in reply:
            problem = reply["problem"]
            kind = Hopeless if problem["kind"] == "NotImplementedError" else StudentError
            shapes = shapes_in_words(problem, signature.arguments, arguments)
            error = kind(visible(f"{signature} {in_words(problem, student)}{shapes}"))
            error.complete = bool(shapes)  # the values do not matter
            raise error
        for i in reply["changed"]:
            raise Hopeless(f"{signature} changed its argument {signature.arguments[i]}: work on a copy")
        result = signature.tidy(reply["result"])
        self.last = signature, arguments, result
        fault = signature.fault(result, self.dims)
        if fault:
            raise WrongKind(f"{signature} {fault}", signature.right_parts(result, self.dims))
        return tuple(result) if isinstance(result, list) else result

    def differs_afresh(self) -> Any:
        """Whether the last call gives something else in a process of its own: it was random, or remembers."""
        if self.last is None or self.last[2] is None:
            return False
        signature, arguments, result = self.last
        if any(getattr(value, "size", 0) > DATA for value in arguments):
            return False
        try:
            student = self._start()
        except Lost:
            return False
        try:
            calls = () if student.problem else range(TRIALS)
            replies = [student.call(signature.name, arguments) for _ in calls]
        except Lost:
            return False
        finally:
            student.close()
        found = [signature.tidy(reply["result"]) for reply in replies if "result" in reply]
        return any(not _equal(one, result) for one in found)

    def other_order(self) -> str:
        """What to say of functions whose parameters stand in another order than the exercise's; empty if none."""
        given = self._parameters
        swapped = [
            f"{name}({', '.join(given[name])}) takes its parameters in another order than the exercise, {signature}"
            for name, signature in self._signatures.items()
            if name in given and sorted(given[name]) == sorted(signature.arguments) != []
            if given[name] != signature.arguments
        ]
        return "; ".join(swapped)

    def _hang_up(self):
        if self._student is not None:
            self.printed = self.printed or self._student.printed.decode(errors="replace")
            self._student.close()
            self._student = None

    def close(self) -> None:
        """End the student's process."""
        self._hang_up()


def _equal(one, other):
    """Whether two results are the same, number by number."""
    if isinstance(one, (tuple, list)) and isinstance(other, (tuple, list)):
        return len(one) == len(other) and all(_equal(a, b) for a, b in zip(one, other))
    return np.shape(one) == np.shape(other) and bool(np.all(np.asarray(one) == np.asarray(other)))


def defined_instead(name: Any, own: Any) -> str:
    """What a file defines where a function is missing: the one whose name is nearest, or the first few."""
    if not own:
        return ": it defines no functions at all"
    plain = {re.sub(r"[\W_]", "", other.rpartition(".")[2]).lower(): other for other in reversed(own)}
    near = difflib.get_close_matches(name.replace("_", ""), plain, n=1, cutoff=0.75)
    if near:
        other = plain[near[0]]
        inside = ", inside of a class, where it is not looked for" if "." in other else ""
        return f", but {visible(other[:80])}{inside}: is that meant?"
    more = f" and {len(own) - 5} others" if len(own) > 5 else ""
    return f", only {', '.join(visible(other[:80]) for other in own[:5])}{more}"


class Here:
    """Trusted functions in this process instead of a `Student`: for the package's own."""

    problem, refused, printed, own, parameters = None, (), b"", (), {}

    def __init__(self, functions: Any) -> None:
        self._module = SimpleNamespace(**functions)
        self.functions = list(functions)

    def call(self, name: Any, arguments: Any) -> Any:
        """As `Student.call`."""
        given = [a.copy() if isinstance(a, np.ndarray) else copy.copy(a) for a in arguments]
        return call_here(self._module, name, given, "")

    def close(self) -> None:
        """Nothing is left to end."""
