"""Usual mistakes by name: what a wrong function returns is held against what each of them would return.

For every function there is a point at which all mistakes give different numbers, its definition, and the mistakes
themselves as functions. The grader calls the student's function there once, after a law has failed.
"""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from wta_np.grading import mistakes_conv, mistakes_dense, mistakes_machine

MISTAKES = {**mistakes_dense.MISTAKES, **mistakes_machine.MISTAKES, **mistakes_conv.MISTAKES}


def named(name: Any, call: Any, wanted: Any = None) -> Any:
    """Which usual mistake a function makes, in words; empty if none of them explains what it returns.

    Parameters
    ----------
    name : str
        Of the function.
    call : callable
        ``call(*arguments)`` -> what the student's function returns.
    wanted : int, optional
        The result that the failed law looks at: a mistake in it is named, whatever is wrong with the others.
    """
    if name not in MISTAKES:
        return ""
    point, definition, mistakes = MISTAKES[name]
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        right = _parts(definition(*point()))
        found = _parts(call(*point()))
        wrong = [i for i, (f, r) in enumerate(zip(found, right)) if not _agree(f, r)]
        for words, mistake in mistakes:  # one that explains all of it
            if wrong and all(_agree(f, m) for f, m in zip(found, _parts(mistake(*point())))):
                return words
        for i in wrong if wanted is None else [wanted] if wanted in wrong else []:
            for words, mistake in mistakes:
                part = _parts(mistake(*point()))[i]
                if _agree(found[i], part) and not _agree(part, right[i]):
                    return words
    return ""


def _parts(result):
    return result if isinstance(result, (tuple, list)) else [result]


def _agree(found, expected):
    found, expected = np.asarray(found), np.asarray(expected)
    return found.shape == expected.shape and bool(np.allclose(found, expected, rtol=1e-7, atol=1e-10))
