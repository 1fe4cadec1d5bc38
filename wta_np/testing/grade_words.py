"""Findings in words that a student understands: exceptions, calls, gradients."""

from __future__ import annotations

import numpy as np

SMALL = 16  # entries of an array that is still written out
LONG = 200  # characters of a line that are shown
DATA = 10_000  # numbers of an argument that is no example any more


def in_words(problem, student=None):
    """What an exception of the student's code was, on one line; `problem` is from `grade_child.problem`."""
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
    return f"raised {kind}{where}: {text}" + (f" [{code}]" if code else "")


def shown(value):
    """A value on one line; a large array by its shape."""
    if isinstance(value, np.ndarray):
        if value.size > SMALL:
            return f"array of shape {value.shape}"
        if value.ndim == 0:
            return shown(value[()])
        if value.size == 0:
            return f"empty array of shape {value.shape}"
        return "[" + ", ".join(shown(part) for part in value) + "]"
    if isinstance(value, (tuple, list)):
        return "(" + ", ".join(shown(part) for part in value) + ")"
    if isinstance(value, (bool, np.bool_)):
        return str(bool(value))
    if isinstance(value, (float, np.floating)):
        return f"{float(value):.6g}"
    return str(value)[:80]


def call_in_words(last):
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


def gradient_in_words(error, name, dims):
    """A `GradientError` as one sentence: the worst entry, both values, their ratio, and a guess."""
    if error.index is None or error.numeric is None:
        return str(error).replace(f"gradient of {error.argument}", name)
    place = f"{name}[{', '.join(map(str, error.index))}]" if error.index else name
    sentence = f"{place} is {error.analytic:.6g}, central differences give {error.numeric:.6g}"
    if not error.numeric:
        return sentence + ": nothing should arrive there"
    return f"{sentence}, {ratio_in_words(error.ratio, dims)}"


def ratio_in_words(ratio, dims):
    """A ratio of what was found to what was expected, and a guess at what it tells."""
    return f"ratio {ratio + 0.0:.6g}{hint(ratio, dims)}"


def hint(ratio, dims):
    """A guess at what a ratio of two gradients tells; `dims` are the lengths of the axes by letter."""

    def near(value):
        return abs(ratio - value) <= 1e-4 * abs(value)

    if ratio == 0:
        return ": does nothing arrive there?"
    if near(-1):
        return ": the sign?"
    if near(2):
        return ": the derivative of the square, whose 2 the 1/2 takes away?"
    if near(0.5):
        return ": the 2 of the derivative of the square?"
    for letter, length in dims.items():
        if letter.isupper() and length > 2:
            if near(length):
                return f": {letter} is {length}; a mean over {letter} that became a sum?"
            if near(1 / length):
                return f": {letter} is {length}; a sum over {letter} that became a mean?"
    return ""
