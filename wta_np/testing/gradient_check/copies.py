"""Forward and backward of copies of a layer, so that the layer itself stays as it is."""

from __future__ import annotations

import copy
import inspect
from typing import Any

import numpy as np

from wta_np.backend import backend_name, to_backend, to_numpy
from wta_np.testing.gradient_check.outputs import as_items, check_first, to_numpy_array
from wta_np.testing.gradient_check.parameters import Parameter, clone, find, gradient
from wta_np.testing.gradient_check.protocols import protocols
from wta_np.testing.gradient_check.signatures import forward_caller
from wta_np.testing.gradient_check.updates import RATES, received, same_values, spied
from wta_np.testing.gradient_check.verdicts import GradientError

ZEROING = (
    "zero_grad",
    "zero_grads",
    "zero_gradients",
    "flush_gradients",
    "clear_grads",
    "cleargrads",
    "reset_grads",
)


class Copies:
    """Forward and backward of copies of a layer, in the way that fits it."""

    def __init__(self, layer: Any, xs: Any, forward: Any, backward: Any) -> None:
        self.layer, self.xs, self.names = layer, xs, (forward, backward)
        self.count, self.written = 1, set()  # the names of arrays that backward writes into

    def learn(self) -> list[Parameter]:
        """The parameters that have gradients after one backward, called in the first way that works."""
        everything = find(self.layer)
        other = clone(self.layer, {})
        items = self._items(other, copy.deepcopy(self.xs))
        check_first(items)
        problems = []
        for i, protocol in enumerate(self._protocols(other, items)):
            self.which, self.count = i, protocol.count
            try:
                grads = self._gradients(*self._fresh(everything), everything)
            except Exception as error:
                problems.append(error)
                continue
            found = [p for p in everything if p.listed or (p.name in grads and p.name not in self.xs)]
            found = [p for p in found if p.listed or not self._only_written(p)]
            self._check_sums(found)
            return found
        raise problems[0]

    def _only_written(self, parameter):
        """Whether backward writes into an array that forward takes no notice of: a gradient, a velocity."""
        if parameter.name not in self.written:
            return False
        moved = np.array(to_numpy(parameter.array), np.float64)
        moved += np.random.default_rng(0).normal(size=moved.shape)
        moved = to_backend(moved, backend_name(parameter.array))
        other = clone(self.layer, {id(parameter.array): moved})
        before, after = (
            self._items(layer, copy.deepcopy(self.xs)) for layer in (clone(self.layer, {}), other)
        )
        return same_values(to_numpy_array(before[0]), to_numpy_array(after[0]))

    def _fresh(self, parameters):
        moved = {
            id(p.array): np.array(to_numpy(p.array), np.float64)
            if backend_name(p.array) == "numpy"
            else p.array.copy()
            for p in parameters
        }
        other, xs = clone(self.layer, moved), copy.deepcopy(self.xs)
        return other, xs, self._items(other, xs)

    def _items(self, other, xs):
        return as_items(forward_caller(getattr(other, self.names[0]), xs)(xs))

    def _protocols(self, other, items):
        backward = getattr(other, self.names[1])
        rates = [name for name in RATES if name in inspect.signature(backward).parameters]
        return protocols(_without_rate(backward, rates), self.xs, items)

    def forward(self, other: Any, xs: Any, parameters: Any) -> Any:
        """The outputs of a copy, and its backward as a function of their upstream gradients."""
        items = self._items(other, xs)

        def pullback(*dys):
            if not any(p.name in self.written for p in parameters):
                return self._gradients(other, xs, items, parameters, dys)
            layer, cache = copy.deepcopy(
                (other, items)
            )  # with the parameters of the point, however often it is called
            return self._gradients(layer, xs, cache, parameters, dys)

        return (*items[: self.count], pullback)

    def _gradients(self, other, xs, items, parameters, dys=None):
        """Gradients by name: of inputs as backward returns them, of parameters as the copy keeps them."""
        protocol = self._protocols(other, items)[self.which]
        if dys is None:
            dys = [np.ones_like(item) if backend_name(item) else 1.0 for item in items[: self.count]]
        before = {p.name: np.array(to_numpy(_now(other, p, parameters))) for p in parameters}
        with spied(other, parameters) as spies:
            result = protocol.call(list(dys) if protocol.takes_dy else [], xs, items)
        grads = {}
        for p in parameters:
            found = received(spies, p.name)
            after = to_numpy(_now(other, p, parameters))
            if found is None and not same_values(before[p.name], after):
                found = before[p.name] - after  # at a learning rate of 1
                self.written.add(p.name)
            if found is None:
                found = gradient(other, p)
            if found is not None and (p.listed or np.shape(found) == before[p.name].shape):
                grads[p.name] = found
        grads.update(self._returned(result, grads, parameters))
        return grads

    def _returned(self, result, grads, parameters):
        """The gradients that backward returned itself."""
        floats = [n for n, x in self.xs.items() if backend_name(x) and x.dtype.kind == "f"]
        values = list(result) if isinstance(result, (tuple, list)) else [result]
        found = {}
        if len(values) == 2 and len(floats) == 1 and isinstance(values[1], dict):
            found, values = (
                {p.name: v for p in parameters for k, v in values[1].items() if k in (p.key, f"d{p.key}")},
                values[:1],
            )
        if isinstance(result, dict):
            return result
        if len(values) == len(floats) + len(parameters) and len(values) > len(floats):
            floats = floats + [p.name for p in parameters]
        elif len(values) > len(floats):
            values = values[: len(floats)]
        found.update({n: v for n, v in zip(floats, values) if v is not None})
        return found

    def _check_sums(self, parameters):
        """GradientError if gradients add up from call to call, and no method sets them to zero."""
        other, xs, items = self._fresh(parameters)
        if any(hasattr(part.owner(other), name) for part in parameters for name in ZEROING):
            return
        if any(hasattr(other, name) for name in ZEROING):
            return
        first = {
            n: np.array(to_numpy(g))
            for n, g in self._gradients(other, xs, items, parameters).items()
            if backend_name(g)
        }
        if any(
            not same_values(np.array(p.array, np.float64), to_numpy(_now(other, p, parameters)))
            for p in parameters
        ):
            return  # updated by backward: the second gradient is that of another point
        again = self._gradients(other, xs, self._items(other, xs), parameters)
        for name, a in first.items():
            b = to_numpy(again[name])
            if not np.allclose(a, b, rtol=1e-6) and np.allclose(2 * a, b, rtol=1e-6):
                raise GradientError(
                    f"gradient of {name} adds to that of the last call: forward, backward and no method of the layer "
                    "set it to zero",
                    name,
                )


def _now(other, parameter, parameters):
    """The array of a parameter as a copy has it now."""
    return next(p.array for p in find(other) if p.name == parameter.name)


def _without_rate(backward, rates):
    """backward with its learning rate fixed at 1, so that the change of a parameter is its gradient."""
    if not rates:
        return backward
    signature = inspect.signature(backward)
    kept = [p for p in signature.parameters.values() if p.name not in rates]

    def call(*args):
        bound = dict(zip([p.name for p in kept], args))
        return backward(**bound, **dict.fromkeys(rates, 1.0))

    call.__signature__ = signature.replace(parameters=kept)
    return call
