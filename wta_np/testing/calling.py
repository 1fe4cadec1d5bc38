"""How `gradcheck` calls anyone's pair of functions, and what it asks of their results."""

from __future__ import annotations

import inspect

import numpy as np

from wta_np.backend import backend_name, to_numpy


class GradientError(AssertionError):
    """A backward function disagrees with central differences.

    Attributes
    ----------
    argument : str
        The argument whose gradient is wrong.
    index : tuple of int or None
        Its worst entry; None if the gradient as a whole is of the wrong kind.
    analytic, numeric : float or None
        What backward returned there, and what central differences give.
    ratio : float or None
        analytic / numeric.
    entries : list of (index, error, analytic, numeric)
        Every entry that was compared; errors are relative, and None says that an entry is right.
    larger : GradientError or None
        Of an example that is shown for being small: what was found where all axes are longer.
    hint : str
        What else is known of the mistake.
    """

    def __init__(self, message, argument, index=None, analytic=None, numeric=None, entries=()):
        super().__init__(message)
        self.argument, self.index, self.analytic, self.numeric = argument, index, analytic, numeric
        self.ratio = analytic / numeric if numeric else None
        self.entries, self.larger, self.hint = list(entries), None, ""

    @property
    def wrong(self):
        """(index, analytic, numeric) of the entries that differ."""
        return [(index, a, n) for index, error, a, n in self.entries if error is not None]

    @property
    def common_ratio(self):
        """The ratio that nearly all entries that differ share, at least 19 of 20; None if there is none."""
        wrong = self.wrong
        ratios = np.array([a / n for _, a, n in wrong if n])
        if not len(ratios) or len(wrong) == 1 < len(self.entries):
            return None
        ratio = np.median(ratios)
        shared = np.sum(np.abs(ratios - ratio) <= 1e-3 * abs(ratio))
        return float(ratio) if shared >= 0.95 * len(wrong) else None


def positional(function):
    """Names of the parameters that a function takes by position; none for ufuncs, which do not tell."""
    try:
        parameters = inspect.signature(function).parameters.values()
    except ValueError:
        return []
    return [p.name for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]


def named(forward, inputs):
    """The inputs by name, on the host, floats in float64: copies, so that the caller's arrays stay."""
    if not isinstance(inputs, dict):
        values = inputs if isinstance(inputs, (tuple, list)) else [inputs]
        names = positional(forward)
        names += [f"input{i}" for i in range(len(names), len(values))]
        inputs = dict(zip(names, values))
    names = positional(forward)
    if set(names) == set(inputs):
        inputs = {name: inputs[name] for name in names}  # in forward's order, whatever the dict's
    host = {name: to_numpy(v) if backend_name(v) else v for name, v in inputs.items()}
    return {n: np.array(v, np.float64) if is_float_array(v) else v for n, v in host.items()}


def is_array(value):
    """Whether a value is a host array."""
    return isinstance(value, np.ndarray)


def is_float_array(value):
    """Whether a value is an array that can be moved, of floats."""
    return is_array(value) and value.dtype.kind == "f"


def output(y):
    """The differentiable output of forward, as a host array; it must be in float64 and finite."""
    y = np.array(to_numpy(y[0] if isinstance(y, tuple) else y))  # a copy: forward may use a buffer again
    if y.dtype != np.float64:
        raise TypeError(f"forward returned {y.dtype} for float64 inputs, expected float64")
    if not np.all(np.isfinite(y)):
        raise ValueError("forward returned NaN or infinite values, expected finite ones")
    return y


def check_unchanged(placed, inputs, who):
    """GradientError if `who` wrote into one of its arguments."""
    for name, value in inputs.items():
        if is_array(value) and not np.array_equal(to_numpy(placed[name]), value):
            raise GradientError(f"{name} was changed in place by {who}", name)


def check_step(name, value, step, rtol):
    """ValueError where float64 cannot tell ``x + step`` from x to the digits that rtol asks for."""
    largest = float(np.abs(value).max(initial=0.0))
    if largest * np.finfo(np.float64).eps > rtol * step:
        raise ValueError(
            f"{name} holds values up to {largest:.3g}, too large for a step of {step:g}: "
            "scale it, or give a larger step"
        )


def call_backward(backward, dy, inputs):
    """The gradients, from whichever arguments the names of backward's parameters ask for."""
    names = positional(backward)
    dy = dy if dy.ndim else float(dy)
    if names and all(name in inputs for name in names):
        return backward(*(inputs[name] for name in names))
    if len(names) > 1 and all(name in inputs for name in names[1:]):
        return backward(dy, *(inputs[name] for name in names[1:]))
    return backward(dy, *inputs.values())


def by_name(gradients, wrt):
    """What backward returned as a dict; GradientError if its number or names do not fit."""
    if isinstance(gradients, dict):
        missing = [name for name in wrt if name not in gradients]
        if missing:
            raise GradientError(f"backward returned no gradient for {missing[0]}", missing[0])
        return gradients
    gradients = gradients if isinstance(gradients, (tuple, list)) else [gradients]
    if len(gradients) != len(wrt):
        raise GradientError(
            f"backward returned {len(gradients)} gradients, expected {len(wrt)}: {', '.join(wrt)} "
            "(name those that it returns with wrt)",
            wrt[min(len(gradients), len(wrt) - 1)],
        )
    return dict(zip(wrt, gradients))


def checked_gradient(name, gradient, value):
    """The gradient as a host array; GradientError if it has not the shape of its input."""
    gradient = to_numpy(gradient)
    if gradient.dtype.kind not in "fiu":
        raise GradientError(f"gradient of {name} holds {gradient.dtype}, expected floats", name)
    if gradient.shape != value.shape:
        raise GradientError(
            f"gradient of {name} has shape {gradient.shape}, expected {value.shape} like {name}", name
        )
    if not np.all(np.isfinite(gradient)):
        index = tuple(int(i) for i in np.argwhere(~np.isfinite(gradient))[0])
        place = f"{name}[{', '.join(map(str, index))}]"
        raise GradientError(f"gradient of {place} is {gradient[index]}", name, index, float(gradient[index]))
    return gradient
