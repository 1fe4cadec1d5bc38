"""The check as an assertion for tests, at several points that are drawn."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from wta_np.testing.gradient_check.check import gradcheck
from wta_np.testing.gradient_check.report import GradientReport
from wta_np.testing.gradient_check.verdicts import KinkError, UndecidedError


def assert_gradients(
    forward: Callable,
    backward: Callable | None,
    inputs: Mapping[str, Any] | Callable[[np.random.Generator], Mapping[str, Any]],
    *,
    points: int = 1,
    seed: int = 0,
    **options: Any,
) -> GradientReport:
    """Assert in a test that a backward is right, at one point or at several.

    Parameters
    ----------
    forward, backward : callable
        As for `gradcheck`.
    inputs : dict, or callable
        The point; or ``inputs(rng)``, which draws one. A tuple of int for an input is a shape, to be filled from a
        normal distribution.
    points : int
        How many points are drawn. One on a kink is drawn again, as long as no more than a tenth are.
    seed : int
        Of the points; the same seed gives the same points.
    **options
        As for `gradcheck`.

    Returns
    -------
    GradientReport
        Of the last point.

    Raises
    ------
    AssertionError
        A gradient is wrong (a `GradientError`), or cannot be told.

    Examples
    --------
    >>> import numpy
    >>> report = assert_gradients(numpy.tanh, lambda dy, x: dy / numpy.cosh(x) ** 2, {"x": (4, 3)}, points=5)
    """
    __tracebackhide__ = True  # pytest shows the line of the test
    report, refused = None, 0
    for number in range(10**6):
        rng = np.random.default_rng([seed, number])
        try:
            report = gradcheck(forward, backward, _drawn(inputs, rng), **{"rng": rng, **options})
        except (KinkError, UndecidedError) as error:
            refused += 1
            if refused > points // 10:
                raise AssertionError(f"point {number}: {error}") from error
            continue
        except AssertionError as error:
            if points > 1:
                error.args = (f"point {number}: {error}", *error.args[1:])
            raise
        if number + 1 - refused >= points:
            break
    return report


def _drawn(inputs, rng):
    values = inputs(rng) if callable(inputs) else inputs
    if not isinstance(values, Mapping):
        return values
    return {name: rng.standard_normal(value) if _is_shape(value) else value for name, value in values.items()}


def _is_shape(value):
    return isinstance(value, tuple) and all(type(n) is int for n in value)
