"""A layer checked as it is: the gradients of its inputs and of every parameter that it holds."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np

from wta_np.backend import to_backend, to_numpy
from wta_np.testing.gradient_check.check import gradcheck
from wta_np.testing.gradient_check.copies import Copies
from wta_np.testing.gradient_check.parameters import clone
from wta_np.testing.gradient_check.report import GradientReport
from wta_np.testing.gradient_check.signatures import forward_caller, named

FORWARD = ("forward", "forward_pass", "fprop", "__call__")
BACKWARD = ("backward", "backward_pass", "bprop", "backprop")


def gradcheck_layer(
    layer: Any, *inputs: Any, wrt: str | list[str] | None = None, **options: Any
) -> GradientReport:
    """`gradcheck` of an object with `forward` and `backward`, for its inputs and all its parameters.

    Every call is made on a copy of the layer, which itself stays as it is.

    Parameters
    ----------
    layer : object
        With ``forward(x, ...)`` and ``backward(dy)`` (or ``backward(dy, cache)`` and the like, see `gradcheck`).
        Parameters are found in `params`, `parameters` or `weights` (a dict, a list, or a method), as attributes with
        a gradient beside them (`W` and `dW`, `grad_W` or `grads["W"]`), and in the layers that it holds. Where
        backward updates them itself, the gradient is what its optimizer receives, or the change at a learning rate
        of 1.
    *inputs : ndarray or other
        What forward gets. Floats are moved.
    wrt : str or list of str, optional
        Inputs and parameters to check. By default all of them.
    **options
        As for `gradcheck`.

    Returns
    -------
    GradientReport

    Raises
    ------
    GradientError, KinkError, UndecidedError
        As for `gradcheck`; a parameter without a gradient is a GradientError too.
    TypeError
        The object has no forward or no backward.

    Examples
    --------
    >>> import numpy
    >>> class Scale:
    ...     def __init__(self):
    ...         self.s = numpy.array([2.0, 3.0])
    ...     def forward(self, x):
    ...         self.x = x
    ...         return self.s * x
    ...     def backward(self, dy):
    ...         self.ds = (dy * self.x).sum(axis=0)
    ...         return dy * self.s
    >>> sorted(gradcheck_layer(Scale(), numpy.ones((4, 2))))
    ['s', 'x']
    """
    forward, backward = _method(layer, FORWARD), _method(layer, BACKWARD)
    backend = options.get("backend") or "numpy"
    xs = named(getattr(layer, forward), list(inputs))
    layer = copy.deepcopy(layer)
    if "rng" in options and isinstance(options["rng"], np.random.Generator):
        options["rng"] = copy.deepcopy(options["rng"])
    forward_caller(getattr(layer, forward), xs)(
        copy.deepcopy(xs)
    )  # layers that make their weights on the first call
    run = Copies(layer, xs, forward, backward)
    parameters = run.learn()
    point = {**xs, **{p.name: np.asarray(to_numpy(p.array), np.float64) for p in parameters}}

    def trial(**values):
        moved = {id(p.array): to_backend(np.array(to_numpy(values[p.name])), backend) for p in parameters}
        return run.forward(clone(layer, moved), {name: values[name] for name in xs}, parameters)

    return gradcheck(trial, None, point, wrt=wrt, **options)


def _method(layer, names):
    found = next((name for name in names if callable(getattr(layer, name, None))), None)
    if found is None:
        raise TypeError(f"{type(layer).__name__} has none of the methods {', '.join(names)}")
    return found
