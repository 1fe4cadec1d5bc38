"""Findings in words that a student understands: exceptions and calls."""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from wta_np.testing.laws.wording import LONG, shown

DATA = 10_000  # numbers of an argument that is no example any more


def in_words(problem: Any, student: Any = None) -> Any:
    """What an exception of the student's code was, on one line; `problem` is from `sandbox.child.problem`."""
    kind, text, line, code = (problem[key] for key in ("kind", "text", "line", "code"))
    if kind == "NotImplementedError":
        return "is still to be written: it raises NotImplementedError"
    where = f" in line {line}" if line else ""
    if kind == "SyntaxError" or kind == "IndentationError" or kind == "TabError":
        return f"{kind}{where}: {text}" + (f": {code}" if code else "")
    if kind == "MemoryError":
        limit = f" ({student.memory} MiB)" if getattr(student, "memory", None) else ""
        return f"asked for more memory than it may have{limit}{where}: {text or code}"
    if kind in ("SystemExit", "KeyboardInterrupt"):
        return f"ended the program{where} instead of returning: {code or kind}"
    return f"raised {kind}{where}: {_plainer(text)}" + (f" [{code}]" if code else "")


def shapes_in_words(problem: Any, names: Any, arguments: Any) -> str:
    """The shapes of the arguments, if an exception was about shapes that do not fit; otherwise nothing."""
    if problem["kind"] != "ValueError" or not re.search(
        r"\bmatmul\b|\bshapes?\b|core dimension", problem["text"]
    ):
        return ""
    words = {int: "{0} = {1}", tuple: "{0} = {1}", np.ndarray: "{0} {1.shape}"}
    shapes = [words[type(a)].format(name, a) for name, a in zip(names, arguments) if type(a) in words]
    return f"; the shapes are {', '.join(shapes)}"


def _plainer(text):
    """What NumPy says of a matrix product whose factors do not fit, without its signatures."""
    found = re.search(r"^matmul: .* 1 has a mismatch .* \(size (\d+) is different from (\d+)\)", text)
    if found is None:
        return text
    return f"the factors of a matrix product do not fit, {found[2]} columns on the left, {found[1]} rows on the right"


def all_shown(arguments: Any) -> bool:
    """Whether every array among the arguments is written out."""
    return not any(isinstance(a, np.ndarray) and a.size and "shape" in shown(a) for a in arguments)


def call_in_words(last: Any) -> list:
    """A call and what it returned, as lines; [] if there was none, or if it is only shapes of data."""
    if last is None:
        return []
    signature, arguments, result = last
    if result is not None and any(getattr(value, "size", 0) > DATA for value in arguments):
        return []
    lines = [f"{name} = {shown(value)}" for name, value in zip(signature.arguments, arguments)]
    if result is not None:
        names = ", ".join(signature.gives)
        lines.append(f"{signature} returned {names} = {shown(result)}")
    return [line if len(line) <= LONG else line[:LONG] + " ..." for line in lines]
