"""A model checked as it is: the gradient of its loss with respect to every parameter."""

from __future__ import annotations

from typing import Any

import numpy as np

from wta_np.backend import backend_name, to_backend, to_numpy
from wta_np.testing.gradient_check.check import gradcheck
from wta_np.testing.gradient_check.parameters import clone, find
from wta_np.testing.gradient_check.report import GradientReport
from wta_np.testing.gradient_check.verdicts import GradientError

LOSSES = ("loss_and_grads", "loss_and_gradients", "loss_and_gradient", "loss")
GRADIENTS = ("gradient", "gradients", "grads")


def gradcheck_model(model: Any, *data: Any, **options: Any) -> GradientReport:
    """`gradcheck` of a model's loss for every parameter. The model keeps its weights.

    Parameters
    ----------
    model : FCWTA or any object with parameters and a loss
        Parameters are found as `gradcheck_layer` finds them: mostly in `params`. The loss and its gradients are
        ``model.loss_and_grads(*data)``, ``model.loss(*data)`` -> loss, grads, or ``model.loss(*data)`` beside
        ``model.gradient(*data)``. Gradients are a dict by the names of the parameters, or a list in their order.
    *data : ndarray or other
        A mini-batch, and labels if the loss takes them; floats are taken in float64.
    **options
        As for `gradcheck`.

    Returns
    -------
    GradientReport

    Raises
    ------
    GradientError, KinkError, UndecidedError
        As for `gradcheck`.
    TypeError
        The model has no parameters, or no loss with gradients.

    Examples
    --------
    >>> import numpy, wta_np
    >>> model = wta_np.FCWTA(6, 4, lifetime=0.5, dtype="float64")
    >>> report = gradcheck_model(model, numpy.random.default_rng(0).normal(size=(8, 6)))
    >>> max(report.errors.values()) < 1e-6
    True
    """
    data = tuple(_in_float64(part) for part in data)
    found = [p for p in find(model) if p.listed] or find(model)
    if not found:
        raise TypeError(f"{type(model).__name__} has no parameters: expected a dict or list `params`")
    backend = next((backend_name(part) for part in data if backend_name(part)), None) or "numpy"
    loss = next((name for name in LOSSES if callable(getattr(model, name, None))), None)
    if loss is None:
        raise TypeError(f"{type(model).__name__} has none of the methods {', '.join(LOSSES)}")

    def trial(**values):
        other = clone(
            model, {id(p.array): to_backend(np.array(to_numpy(values[p.name])), backend) for p in found}
        )
        result = getattr(other, loss)(*data)
        if not isinstance(result, (tuple, list)):
            gradient = next((n for n in GRADIENTS if callable(getattr(other, n, None))), None)
            if gradient is None:
                raise TypeError(f"{loss} returned {type(result).__name__}, expected (loss, gradients)")
            result = result, getattr(other, gradient)(*data)
        return result[0], _by_name(result[1], found)

    point = {p.name: np.asarray(to_numpy(p.array), np.float64) for p in found}
    return gradcheck(trial, None, point, backend=backend, **options)


def _in_float64(part):
    if backend_name(part) and part.dtype.kind == "f":
        return part.astype(np.float64)
    return part


def _by_name(grads, found):
    """Gradients as a dict by the names of the parameters."""
    if isinstance(grads, dict):
        by_key = {}
        for p in found:
            names = (p.key, p.name, f"d{p.key}", f"grad_{p.key}")
            name = next((n for n in names if n in grads), None)
            if name is None:
                raise GradientError(f"the model returned no gradient for {p.name}", p.name)
            by_key[p.name] = grads[name]
        return by_key
    grads = list(grads) if isinstance(grads, (tuple, list)) else [grads]
    if len(grads) != len(found):
        raise GradientError(
            f"the model returned {len(grads)} gradients for {len(found)} parameters", found[0].name
        )
    return {p.name: g for p, g in zip(found, grads)}
