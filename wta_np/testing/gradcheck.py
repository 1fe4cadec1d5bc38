"""Hold a hand-derived backward against central differences.

Works on anyone's pair of functions. A backward that is wrong is wrong by the first digits, not by the
sixth; what takes care is to trust the numerical side: float64, a bound for its rounding, and a refusal
where a kink or a tie lies within the step.
"""

from __future__ import annotations

import copy

import numpy as np

from wta_np._utils.validation import check_int, check_number
from wta_np.backend import backend_name, to_backend, to_numpy
from wta_np.testing.calling import (
    GradientError,
    by_name,
    call_backward,
    check_step,
    check_unchanged,
    checked_gradient,
    is_array,
    is_float_array,
    named,
    output,
)
from wta_np.testing.differences import KinkError, slope


def gradcheck(
    forward,
    backward,
    inputs,
    *,
    wrt=None,
    rtol=1e-6,
    step=1e-5,
    max_elements=256,
    directions=8,
    rng=0,
    backend="numpy",
    dy=None,
):
    """Compare `backward` with central differences of ``sum(dy * forward(...))`` for a random dy.

    Every entry of a small input is moved by itself; a large input is moved along random directions of
    length one, and when a direction fails, by its largest and some random entries, to name a wrong one. (An
    error in a single entry weighs less there: about 1/sqrt(size) of itself along a direction.)

    Parameters
    ----------
    forward : callable
        ``forward(*inputs)`` -> y, an array or a number, or a tuple that begins with it.
    backward : callable
        Gets dy, then those inputs that its parameters name (``linear_backward(dy, x, W)``), or all of
        them if its parameters have other names. If it names inputs only, it is called without dy: the
        gradient of a loss. Returns one gradient per input in order, a single one, or a dict by name.
    inputs : dict of name to value, or sequence
        The point. Float arrays are moved, taken in float64; all else (k, a mask) is passed on as it is.
        The names of a sequence are those of forward's parameters.
    wrt : str or list of str, optional
        The inputs that backward returns gradients for, in its order. By default every float array.
    rtol : float
        Largest relative error allowed: ``|analytic - numeric| <= rtol * max(|analytic|, |numeric|) +
        noise``, where noise is what the rounding of y in float64 can put into a difference.
    step : float
        Length of a step, in the units of the input.
    max_elements : int
        Size up to which an input counts as small.
    directions : int
        Random directions for a large input.
    rng : int or numpy.random.Generator
        Draws dy and the directions.
    backend : str
        Where forward and backward get their arrays, see `wta_np.backend`.
    dy : ndarray of float64, the shape of y, optional
        By default drawn from a normal distribution.

    Returns
    -------
    dict of str to float
        The largest relative error seen for each input, rounding taken into account: at most `rtol`.

    Raises
    ------
    GradientError
        A gradient is wrong. The message names the argument, the worst entry, both values, their ratio.
    KinkError
        A kink or a tie lies within one step of the point: choose another one.

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
    wta_np.testing.differences.KinkError: a has a kink or a tie within 1e-05 of the point, at index (1,): \
move the point away from it
    """
    inputs = named(forward, inputs)
    check_number("rtol", rtol, 0, above=True)
    check_number("step", step, 0, above=True)
    check_int("directions", directions, 1)
    moved = {name: v for name, v in inputs.items() if is_float_array(v)}
    if not moved:
        raise ValueError(
            f"inputs has no arrays of floats among {list(inputs)}, expected one that can be moved"
        )
    wrt = list(moved) if wrt is None else [wrt] if isinstance(wrt, str) else list(wrt)
    for name in wrt:
        if name not in moved:
            raise ValueError(f"wrt names {name!r}, expected float arrays among the inputs {list(moved)}")
        check_step(name, moved[name], step, rtol)
    rng = np.random.default_rng(rng)

    def put(values):
        """Copies, so that whatever forward and backward do to them the point stays."""
        return {n: to_backend(np.copy(v), backend) if is_array(v) else v for n, v in values.items()}

    def evaluate(**changed):
        return output(forward(*put({**inputs, **changed}).values()))

    placed = put(inputs)
    y = output(forward(*placed.values()))
    check_unchanged(placed, inputs, "forward")
    if not np.array_equal(y, evaluate()):
        raise ValueError("forward gives different results for the same inputs: fix its random generator")
    if dy is None:
        dy = rng.standard_normal(y.shape) if y.ndim else np.ones(())
    dy = np.asarray(dy, np.float64)
    if dy.shape != y.shape:
        raise ValueError(f"dy has shape {dy.shape}, expected {y.shape} like y")
    placed = put({**inputs, "dy": dy})
    gradients = by_name(call_backward(backward, placed.pop("dy"), placed), wrt)
    check_unchanged(placed, inputs, "backward")

    worst = {}
    for name in wrt:
        analytic = checked_gradient(name, gradients[name], inputs[name])
        line = _Line(evaluate, name, inputs[name], analytic, dy, step, rtol)
        entries = np.arange(analytic.size)
        if analytic.size > max_elements:
            units = [_unit(rng, analytic.shape) for _ in range(directions)]
            seen = [line.compare(unit, index=None) for unit in units]
            worst[name] = max(error for error, *_ in seen)
            if worst[name] <= rtol:
                continue
            largest = np.argsort(-np.abs(analytic).reshape(-1))[: max_elements // 2]
            entries = np.union1d(largest, rng.choice(entries, max_elements // 2, replace=False))
        else:
            seen = []
        seen += [line.compare_entry(np.unravel_index(i, analytic.shape)) for i in entries]
        worst[name] = max((error for error, *_ in seen), default=0.0)
        if worst[name] > rtol:
            raise _failure(name, seen, inputs, rtol)
    return worst


def gradcheck_model(model, x, **options):
    """`gradcheck` of ``model.loss_and_grads(x)`` for every parameter. The model keeps its weights.

    Parameters
    ----------
    model : FCWTA or any object with `params` and `loss_and_grads`
        With parameters in float64.
    x : ndarray, shape (N, ...)
        A mini-batch in float64, on the model's backend.
    **options
        As for `gradcheck`.
    """
    names = list(model.params)
    on = backend_name(x)

    def trial(values):
        other = copy.deepcopy(model)  # the params of a Stack are those of a model inside it
        other.params = dict(zip(names, values))
        return other.loss_and_grads(x)

    def backward(dy, *values):
        return trial(values)[1]

    params = {name: to_numpy(value) for name, value in model.params.items()}
    for name, value in params.items():
        if value.dtype != np.float64:
            raise TypeError(f"{name} is {value.dtype}, expected float64: use model.astype('float64')")
    return gradcheck(lambda *values: trial(values)[0], backward, params, backend=on, **options)


class _Line:
    """Differences of the loss along lines through the point, for one input."""

    def __init__(self, evaluate, name, point, analytic, dy, step, rtol):
        self.evaluate, self.name, self.point, self.analytic = evaluate, name, point, analytic
        self.dy, self.step, self.rtol = dy, step, rtol

    def compare(self, direction, index):
        """(relative error, index, analytic, numeric) along `direction`; KinkError near a kink."""
        numeric = slope(
            lambda t: self.evaluate(**{self.name: self.point + t * direction}), self.dy, self.step
        )
        analytic = float(np.sum(self.analytic * direction))
        scale = max(abs(analytic), abs(numeric.value))
        if numeric.kink > self.rtol * scale + numeric.noise:
            where = f"at index {index}" if index is not None else "along a random direction"
            raise KinkError(
                f"{self.name} has a kink or a tie within {self.step:g} of the point, {where}: "
                "move the point away from it"
            )
        error = abs(analytic - numeric.value)
        allowed = self.rtol * scale + numeric.noise  # never zero: rounding is never nothing
        relative = self.rtol * error / allowed if error else 0.0
        return float(relative), index, analytic, numeric.value

    def compare_entry(self, index):
        direction = np.zeros(self.analytic.shape)
        direction[index] = 1.0
        return self.compare(direction, tuple(int(i) for i in index))


def _failure(name, seen, inputs, rtol):
    """The GradientError for the worst entry, or direction should no entry fail, with a guess at why."""
    failed = [entry for entry in seen if entry[0] > rtol]
    _, index, analytic, numeric = max(failed, key=lambda entry: (entry[1] is not None, entry[0]))
    ratio = f"{analytic / numeric:.6g}" if numeric else "undefined"
    place = f"gradient of {name}" + (f"[{', '.join(map(str, index))}]" if index else "")
    message = (
        f"{place} is {analytic:.9g}, central differences give {numeric:.9g} (ratio {ratio})"
        f"{_hint(seen, inputs)}"
    )
    entries = [(i, error if error > rtol else None, a, n) for error, i, a, n in seen if i is not None]
    return GradientError(message, name, index, analytic, numeric, entries)


def _hint(seen, inputs):
    """What a ratio that is the same for all entries tells."""
    pairs = [(a, n) for _, _, a, n in seen if a or n]
    if all(a == 0 for a, _ in pairs):
        return "; every entry is zero: is this gradient computed at all?"
    if any(n == 0 for _, n in pairs):
        return ""
    ratios = np.array([a / n for a, n in pairs])
    if np.ptp(ratios) > 1e-4 * np.abs(ratios).max():
        return ""
    ratio = float(np.median(ratios))
    lengths = {len(v) for v in inputs.values() if is_array(v) and np.ndim(v) > 1}
    if np.isclose(ratio, -1):
        return "; every entry has the wrong sign"
    if any(np.isclose(ratio, n) for n in lengths if n != 2):
        return f"; every entry is {ratio:.6g} times too large: is the 1/N missing?"
    return f"; every entry is off by the same factor {ratio:.6g}"


def _unit(rng, shape):
    direction = rng.standard_normal(shape)
    return direction / np.linalg.norm(direction)
