"""Laws that hold a function against its definition where mistakes hide: awkward shapes and awkward values.

Other laws of an exercise say what has to be true of any input, and draw small ones. These go through a list of
named cases that random numbers miss: one sample, one unit, more axes, windows of 7 x 7, numbers that are very
large, very small or nearly equal, a second call. A failure names its case.
"""

from __future__ import annotations

import functools
from typing import Any

import numpy as np

from wta_np.testing.laws.registry import require

CLOSE = 1e-9  # of the largest number expected


def same(found: Any, expected: Any, what: str) -> None:
    """AssertionError, `what` and the worst entry, unless two results agree: masks exactly, numbers to `CLOSE`."""
    found, expected = np.asarray(found), np.asarray(expected)
    require(found.shape == expected.shape, f"{what}: the shape is {found.shape}, expected {expected.shape}")
    if not expected.size:
        return
    exact = expected.dtype.kind in "bi"
    with np.errstate(invalid="ignore", over="ignore"):
        off = np.abs(found.astype(float) - expected.astype(float))
    off = np.where(np.isnan(off), np.inf, off)
    wrong = off > (0 if exact else CLOSE * (np.abs(expected).max() or 1))
    if not wrong.any():
        return
    index = np.unravel_index(np.argmax(off), off.shape)
    place = f"entry [{', '.join(map(str, index))}] is " if index else ""
    values = [
        f"{bool(v)}" if expected.dtype == bool else f"{v + 0.0:.12g}" for v in (found[index], expected[index])
    ]
    number = f" ({wrong.sum()} of {wrong.size} entries differ)" if wrong.sum() > 1 else ""
    raise AssertionError(f"{what}: {place}{values[0]}, expected {values[1]}{number}")


def definition_law(
    name: Any, gives: Any, definition: Any, cases: Any, words: str = "", before: Any = None
) -> Any:
    """A law: the function `name` gives what its definition gives, in every case.

    Parameters
    ----------
    name : str
        Of the function.
    gives : str
        Names of its results.
    definition : callable
        ``definition(*arguments)`` -> what is expected, one value for each result.
    cases : callable
        ``cases()`` -> list of (words, arguments). The words stand after "with". The first case is tried again at the
        end, to see whether a call leaves something behind.
    words : str, optional
        What the law says of the cases, for its title.
    before : callable, optional
        ``before(impl, *arguments)`` calls another function first, whose traces must not matter.

    Returns
    -------
    callable
        The law.
    """
    gives = gives.split()

    @functools.cache
    def expected_of_cases():
        every = cases()
        every = [*every, ("the first case once more, after the others", every[0][1])]
        return [(what, arguments, definition(*_copies(arguments))) for what, arguments in every]

    def law(impl):
        for what, arguments, expected in expected_of_cases():
            if before is not None:
                before(impl, *_copies(arguments))
            found = getattr(impl, name)(*_copies(arguments))
            pairs = [(found, expected)] if len(gives) == 1 else zip(found, expected)
            for part, (value, right) in zip(gives, pairs):
                same(value, right, f"{part} with {what}")

    law.__name__ = f"{name}_in_awkward_cases"
    law.__doc__ = f"{name} is right in awkward cases, too{': ' if words else ''}{words}."
    return law


def _copies(arguments):
    return [a.copy() if isinstance(a, np.ndarray) else a for a in arguments]
