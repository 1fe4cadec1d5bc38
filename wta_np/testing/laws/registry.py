"""What a law is made of: the list that it enters, and the wrapping of the implementation that it judges."""

from __future__ import annotations

import contextlib
import contextvars
import functools
from collections.abc import Iterator
from typing import Any

import hypothesis
import numpy as np

from wta_np.backend import backend_name, to_backend, to_numpy

LAWS: dict[str, list] = {}


def law(op: Any, *strategies: Any, first: Any = (), then: Any = (), once: Any = None) -> Any:
    """Enter a statement about implementations into `LAWS`, under the name of its op.

    The statement is a function of an implementation, which it may call with NumPy arrays whatever the backend, and of
    inputs. It raises AssertionError where it does not hold (`require`, `equal`). What it becomes is a function
    ``law(impl, backend="numpy")`` that draws the inputs.

    Parameters
    ----------
    op : str
        The key in `LAWS`.
    *strategies : hypothesis strategies
        One for each input. Without any, the statement is made once.
    first, then : sequences of tuples
        Inputs that are tried before those that are drawn, from the smallest, and after them.
    once : callable, optional
        ``once(ops)``: what has to hold before inputs are tried at all.
    """

    def enter(statement):
        @functools.wraps(statement)
        def judged(impl, backend="numpy"):
            ops = NumpyAdapter(impl, backend)
            if once is not None:
                once(ops)
            if not strategies:
                statement(ops)
                return

            @given(hypothesis.strategies.tuples(*strategies), first=[(inputs,) for inputs in first])
            def check(inputs):
                statement(ops, *inputs)

            check()
            for inputs in then:
                statement(ops, *inputs)

        del judged.__wrapped__  # its signature is that of a law
        LAWS.setdefault(op, []).append(judged)
        return judged

    return enter


def require(condition: Any, message: str) -> None:
    """AssertionError with this message unless the condition holds; unlike ``assert``, also under ``python -O``."""
    if not condition:
        raise AssertionError(message)


_SETTINGS = contextvars.ContextVar("settings of hypothesis", default=None)


class ShrinkLimitReached(BaseException):
    """The search for a smaller counterexample has taken long enough; the cause of this error is the smallest one found.

    It is not an Exception, since hypothesis would take that for another failure of the law.
    """


def given(*strategies: Any, first: Any = ()) -> Any:
    """`hypothesis.given`, under the settings that `examples` asks for; without it, under those of the caller.

    Tuples of arguments in `first` are tried before any are drawn, in their order: examples that a reader can follow.
    """

    def wrap(check):
        settings = _SETTINGS.get()
        drawn = hypothesis.given(*strategies)(check if settings is None else _patient(check))
        for arguments in reversed(first):  # hypothesis begins with the last
            drawn = hypothesis.example(*arguments)(drawn)
        if settings is None:  # several failures at once would come as a group, which is no AssertionError
            settings = hypothesis.settings(report_multiple_bugs=False)
        return settings(drawn)

    return wrap


def _patient(check, limit=100):
    """`check`, which raises `ShrinkLimitReached` when it fails more than `limit` calls after it first failed."""
    calls_since_failure = None

    @functools.wraps(check)
    def tried(*args, **kwargs):
        nonlocal calls_since_failure
        if calls_since_failure is not None:
            calls_since_failure += 1
        try:
            check(*args, **kwargs)
        except AssertionError as error:
            if calls_since_failure is None:
                calls_since_failure = 0
            if calls_since_failure >= limit:
                raise ShrinkLimitReached from error
            raise

    return tried


@contextlib.contextmanager
def examples(settings: Any) -> Iterator[Any]:
    """Laws that are called inside of this draw their inputs under these settings of hypothesis."""
    token = _SETTINGS.set(settings)
    try:
        yield
    finally:
        _SETTINGS.reset(token)


class NumpyAdapter:
    """An implementation that is called with NumPy arrays and works on `backend`."""

    def __init__(self, implementation: Any, backend: str) -> None:
        self._implementation = implementation
        self.backend = backend

    def __getattr__(self, name):
        function = getattr(self._implementation, name)

        def call(*args):
            put = [to_backend(a, self.backend) if isinstance(a, np.ndarray) else a for a in args]
            result = function(*put)
            parts = result if isinstance(result, tuple) else (result,)
            host = tuple(to_numpy(part) if backend_name(part) else part for part in parts)
            return host if isinstance(result, tuple) else host[0]

        return call


def equal(actual: Any, expected: Any, what: str) -> None:
    """AssertionError, `what` and the worst entry in words, unless two arrays agree to 1e-9."""
    actual, expected = np.asarray(actual, float), np.asarray(expected, float)
    if expected.ndim and actual.shape != expected.shape:
        raise AssertionError(f"{what}: the shape is {actual.shape}, expected {expected.shape}")
    wrong = ~np.isclose(actual, expected, rtol=1e-9, atol=1e-9, equal_nan=True)
    if wrong.any():
        expected = np.broadcast_to(expected, actual.shape)
        with np.errstate(invalid="ignore"):
            difference = np.where(wrong, np.nan_to_num(np.abs(actual - expected), nan=np.inf), -1)
        index = np.unravel_index(difference.argmax(), actual.shape)
        place = f"entry [{', '.join(map(str, index))}] is " if index else ""
        number = f" ({wrong.sum()} of {wrong.size} entries differ)" if wrong.sum() > 1 else ""
        raise AssertionError(
            f"{what}: {place}{actual[index] + 0.0:.6g}, expected {expected[index] + 0.0:.6g}{number}"
        )
