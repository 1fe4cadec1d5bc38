"""The check itself: call both functions, compare, and say what was found."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from wta_np.testing.gradient_check.compare import Comparer
from wta_np.testing.gradient_check.hints import failure
from wta_np.testing.gradient_check.inputs import is_array, leaves, on_host
from wta_np.testing.gradient_check.judge import judge, warn_of_outputs
from wta_np.testing.gradient_check.point import Point
from wta_np.testing.gradient_check.protocols import protocols
from wta_np.testing.gradient_check.report import GradientReport
from wta_np.testing.gradient_check.results import LeafResult
from wta_np.testing.gradient_check.search import compared
from wta_np.testing.gradient_check.signatures import named
from wta_np.testing.gradient_check.twice import gradients_of

DRAWS = 11  # beside the seed, for dy and directions
KINKS = ("refuse", "skip", "subgradient")


def gradcheck(
    forward: Callable,
    backward: Callable | None,
    inputs: Mapping[str, Any] | Any,
    *,
    wrt: str | list[str] | None = None,
    rtol: float = 1e-6,
    step: float = 1e-5,
    max_elements: int = 256,
    directions: int = 8,
    rng: int | np.random.Generator = 0,
    backend: str = "numpy",
    dy: Any = None,
    kinks: str = "refuse",
    allow_zero: bool = False,
) -> GradientReport:
    """Compare `backward` with central differences of ``sum(dy * forward(...))`` for a random dy.

    Every entry of a small input is moved by itself. A large input is moved along directions in which every entry
    goes one step up or down; where a direction fails, it is halved until the wrong entry is found. A first
    comparison that fails is repeated with other steps, shorter and longer, and extrapolated, before anything is
    called wrong.

    Parameters
    ----------
    forward : callable
        ``forward(*inputs)`` -> y, an array or a number, or a tuple that begins with one or several of these. Inputs
        go by name, where the names are those of forward's parameters.
    backward : callable or None
        Gets dy, then those inputs that its parameters name (``linear_backward(dy, x, W)``). If they name none, it
        gets what forward returned after y (``backward(dout, cache)``), or dy alone (``layer.backward``), or all
        inputs, whatever fits. If it names inputs only, it is called without dy: the gradient of a loss. With
        several names for dy (``backward(dh, dc, ...)``) so many outputs are checked. Returns one gradient per input
        in order, a single one, or a dict by name. None: forward returns its gradients, ``loss, grads = f(x)``, or a
        function of dy, ``y, backward = f(x)``.
    inputs : dict of name to value, or sequence
        The point. Floats and arrays of floats are moved, also in lists, tuples and dicts, and taken in float64; all
        else (k, a mask) is passed on as it is. The names of a sequence are those of forward's parameters.
    wrt : str or list of str, optional
        The inputs that backward returns gradients for, in its order. By default every float array, and numbers if
        there are gradients for them.
    rtol : float
        Largest relative error allowed: ``|analytic - numeric| <= rtol * max(|analytic|, |numeric|) + bound``, where
        bound is what rounding and truncation can put into the numeric one.
    step : float
        The first step tried, in units of ``max(1, |x|)``.
    max_elements : int
        Size up to which an input counts as small.
    directions : int
        Random directions for a large input.
    rng : int or numpy.random.Generator
        Draws dy and the directions.
    backend : str
        Where forward and backward get their arrays, see `wta_np.backend`.
    dy : ndarray of float64, the shape of y, or a list of them, optional
        By default drawn from a normal distribution; for a number, from -1.9 to -1.3.
    kinks : {"refuse", "skip", "subgradient"}
        What to do where the point lies on a kink: raise KinkError, leave these entries out and count them, or accept
        every value between the slopes on both sides.
    allow_zero : bool
        Accept in silence gradients that are zero everywhere, for points that are drawn by chance.

    Returns
    -------
    GradientReport
        A mapping of input to relative error, at most `rtol` and rounding. Prints as a table.

    Raises
    ------
    GradientError
        A gradient is wrong. The message names the argument, the worst entry, both values, their ratio.
    KinkError
        A kink, a jump or a tie lies at the point: choose another one.
    UndecidedError
        The gradient can be called neither right nor wrong here, and why.
    ValueError, TypeError
        The arguments do not fit together.

    Warns
    -----
    GradcheckWarning
        All is well as far as can be told, but some gradient is zero or some output has no upstream gradient.

    Examples
    --------
    >>> import numpy
    >>> from wta_np.ops import relu_backward, relu_forward
    >>> errors = gradcheck(relu_forward, relu_backward, {"a": numpy.array([-1.0, 2.0])})
    >>> errors["a"] < 1e-6
    True
    >>> gradcheck(relu_forward, relu_backward, {"a": numpy.array([-1.0, 0.0])})
    Traceback (most recent call last):
        ...
    wta_np.testing.KinkError: a has a kink or a tie at the point, at index (1,): move the point away from it, \
or leave such entries out with kinks="skip"
    """
    inputs = {name: on_host(value) for name, value in named(forward, inputs).items()}
    _check_options(rtol, step, directions, max_elements, kinks)
    movable = leaves(inputs)
    wrt = _check_wrt(inputs, movable, wrt)
    if not isinstance(
        rng, np.random.Generator
    ):  # not the numbers that the caller may have drawn with the same seed
        rng = np.random.default_rng([rng, DRAWS])
    point = Point(forward, inputs, backend)
    start = rng.bit_generator.state
    errors = []
    for protocol in protocols(backward, inputs, point.items):
        rng.bit_generator.state = start  # every way to call backward sees the same dy
        try:
            point.begin(protocol.count, dy, rng, unit=not protocol.takes_dy)
            pairs = gradients_of(point, protocol, wrt, movable)
            point.check_steady()
            results = _compare(point, pairs, rng, rtol, step, max_elements, directions, kinks)
        except Exception as error:
            errors.append(error)
            continue
        warn_of_outputs(protocol, point)
        return judge(results, protocol.words, rtol, kinks, allow_zero)
    # A comparison says more than a call that failed, should that have been the wrong way to call backward.
    raise next((error for error in errors if getattr(error, "entries", None)), errors[0])


def _check_options(rtol, step, directions, max_elements, kinks):
    for name, value in (("rtol", rtol), ("step", step)):
        if not (isinstance(value, (int, float, np.number)) and math.isfinite(value) and value > 0):
            raise ValueError(f"{name} is {value!r}, expected a finite number above 0")
    for name, value, least in (("directions", directions, 1), ("max_elements", max_elements, 0)):
        if not isinstance(value, (int, np.integer)) or value < least:
            raise ValueError(f"{name} is {value!r}, expected an integer of at least {least}")
    if kinks not in KINKS:
        raise ValueError(f"kinks is {kinks!r}, expected one of {', '.join(KINKS)}")


def _check_wrt(inputs, movable, wrt):
    """The names asked for as a list, or None; ValueError if nothing would be checked."""
    names = list(dict.fromkeys(leaf.path[0] for leaf in movable))
    if not names:
        kinds = ", ".join(
            f"{n} is {f'array of {v.dtype}' if is_array(v) else type(v).__name__}" for n, v in inputs.items()
        )
        raise ValueError(f"inputs has no arrays of floats ({kinds}), expected one that can be moved")
    if wrt is not None:
        wrt = [wrt] if isinstance(wrt, str) else list(wrt)
        if not wrt:
            raise ValueError("wrt is empty, expected the names of inputs that are to be checked")
        for name in wrt:
            if name not in names:
                raise ValueError(f"wrt names {name!r}, expected float arrays among the inputs {names}")
    for leaf in movable:
        if leaf.path[0] in (names if wrt is None else wrt):
            if not leaf.value.size:
                raise ValueError(
                    f"{leaf.name} is empty, of shape {leaf.value.shape}: there is nothing to check"
                )
            if not np.all(np.isfinite(leaf.value)):
                raise ValueError(f"{leaf.name} holds NaN or infinite values, expected finite ones")
    return wrt


def _compare(point, pairs, rng, rtol, step, max_elements, directions, kinks):
    """The comparisons of every gradient; GradientError for the first that is wrong."""
    results: list[LeafResult] = []
    for leaf, gradient in pairs:
        comparer = Comparer(
            point, leaf, gradient, rng, rtol=rtol, step=step, subgradient=kinks == "subgradient"
        )
        results.append(compared(comparer, max_elements, directions, keep_kinks=kinks != "refuse"))
    for result in results:
        if result.of("wrong"):
            raise failure(result, results, point, rtol)
    return results
