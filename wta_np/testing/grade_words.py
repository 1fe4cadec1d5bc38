"""Findings in words that a student understands: exceptions, calls, gradients."""

from __future__ import annotations

import math
import re

import numpy as np

from wta_np.testing.laws_words import LONG, shown

PRODUCTS = ("NHW", "HW", "ND", "NM", "NK")  # axes over which students take means together


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
    return f"raised {kind}{where}: {_plainer(text)}" + (f" [{code}]" if code else "")


def shapes_in_words(problem, names, arguments):
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


def all_shown(arguments):
    """Whether every array among the arguments is written out."""
    return not any(isinstance(a, np.ndarray) and a.size and "shape" in shown(a) for a in arguments)


def call_in_words(last):
    """A call and what it returned, as lines; [] if there was none."""
    if last is None:
        return []
    signature, arguments, result = last
    lines = [f"{name} = {shown(value)}" for name, value in zip(signature.arguments, arguments)]
    if result is not None:
        names = ", ".join(signature.gives)
        lines.append(f"{signature} returned {names} = {shown(result)}")
    return [line if len(line) <= LONG else line[:LONG] + " ..." for line in lines]


def gradient_in_words(error, name, dims, axes=""):
    """A `GradientError` as one sentence: the worst entry, both values, the ratio if there is one, and a guess.

    `dims` are the lengths of the axes by letter, `axes` the letters of the gradient.
    """
    if error.index is None or error.numeric is None:
        return str(error).replace(f"gradient of {error.argument}", name)
    place = f"{name}[{', '.join(map(str, error.index))}]" if error.index else name
    found, expected = error.analytic + 0.0, error.numeric + 0.0
    sentence = f"{place} is {found:.6g}, central differences give {expected:.6g}"
    telling = error.larger or error
    return (
        sentence
        + _pattern(telling, error, dims)
        + _where(telling, axes.split())
        + (error.hint and f"; {error.hint}")
    )


def _pattern(telling, error, dims):
    """What the entries that differ have in common."""
    ratio = telling.common_ratio
    if ratio is not None:
        telltale = len(telling.entries) > 1 or (
            hint(ratio, dims) and not error.hint
        )  # one entry alone is no pattern
        return f", {ratio_in_words(ratio, dims)}" if telltale else ""
    if not any(n for _, _, n in telling.wrong):
        return ": nothing should arrive there"
    wrong, number = len(error.wrong), len(error.entries)
    if wrong == 1:
        return (
            "; the other entries are right"
            if telling is error
            else "; where arrays are larger others differ too, with no common ratio"
        )
    return f"; {wrong} of {number} entries differ, with no common ratio"


def _where(error, axes):
    """Which entries of an image or a filter differ, if that tells something."""
    wrong = {index for index, _, _ in error.wrong}
    right = {index for index, *_ in error.entries} - wrong
    if {"H", "W"} <= set(axes):
        rim = _on_the_rim({index for index, *_ in error.entries}, axes.index("H"), axes.index("W"))
        if wrong <= rim and right - rim:
            return "; only entries at the border of the image differ: padding?"
    if {"kh", "kw"} <= set(axes):
        u, v = axes.index("kh"), axes.index("kw")
        every = wrong | right
        middle = {i for i in every if all(2 * i[a] == max(j[a] for j in every) for a in (u, v))}
        if middle and middle <= right and len(wrong) > len(every - middle) / 2 and wrong:
            return "; the middle of each filter is right: are the filters turned, or is it the padding?"
    return ""


def _on_the_rim(indices, *axes):
    """Those of the indices that are the first or the last along one of the axes."""
    last = {a: max(index[a] for index in indices) for a in axes}
    return {index for index in indices if any(index[a] in (0, last[a]) for a in axes)}


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
    singles = [letter for letter, length in dims.items() if letter.isupper() and length > 2]
    together = [letters for letters in PRODUCTS if set(letters) <= set(dims)]
    for letters in (*singles, *together):
        length, name, over = math.prod(dims[i] for i in letters), "*".join(letters), _listed(letters)
        if near(length):
            return f": {name} is {length}; a mean over {over} that became a sum?"
        if near(1 / length):
            return f": {name} is {length}; a sum over {over} that became a mean?"
    return ""


def _listed(letters):
    """Words with commas and an "and": N, H and W."""
    *first, last = letters
    return f"{', '.join(first)} and {last}" if first else last
