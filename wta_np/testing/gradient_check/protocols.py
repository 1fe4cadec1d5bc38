"""The ways to call backward: with inputs by name, with a cache, as a method of a layer, or as what forward returned.

Which one it is follows from the names of backward's parameters and from what forward returned. Where that leaves a
choice there are several candidates, the likeliest first.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from wta_np.testing.gradient_check.outputs import n_outputs
from wta_np.testing.gradient_check.signatures import (
    by_position,
    is_required,
    is_variadic,
    looks_like_cache,
    looks_like_dy,
    parameters,
)


@dataclass(frozen=True)
class Protocol:
    """One way to call backward: ``call(dys, inputs, items)``, `items` being what forward returned.

    `words` shows the call to a reader; `count` outputs get an upstream gradient, and none is passed if not `takes_dy`.
    """

    words: str
    count: int
    takes_dy: bool
    call: Callable
    sure: bool = True  # that what it leaves out was meant to be left out


def protocols(backward: Any, inputs: dict, items: list) -> list[Protocol]:
    """Every way that fits, the likeliest first; TypeError if there is none."""
    outputs, number = n_outputs(items), getattr(items[0], "ndim", 0) == 0
    if backward is None:
        return [_returned(items, outputs)]
    ps = parameters(backward)
    if ps is None:
        return [_by_place(backward, 1, "inputs")]
    known = [p.name for p in ps if p.name in inputs]
    if known:
        found = _by_name(backward, ps, inputs, items, outputs, number)
    else:
        found = _by_position(backward, ps, inputs, items, outputs, number)
    if not found:
        names = ", ".join(p.name for p in ps)
        raise TypeError(
            f"backward({names}) cannot be called: expected dy and some of the inputs {', '.join(inputs)}, or dy and "
            "what forward returned after y (a cache), or dy alone"
        )
    return found


def _returned(items, outputs):
    """forward returned its own backward, or its gradients, as the last item."""
    last = items[-1]
    if callable(last):
        count = min(outputs, len(items) - 1)
        return Protocol(
            "the function that forward returned", count, True, lambda dys, _, items: items[-1](*dys)
        )
    if len(items) < 2:
        raise TypeError("backward is None: expected forward to return (loss, gradients) or (y, backward)")
    gradients = 1 if len(items) == 2 else slice(1, None)
    return Protocol("the gradients that forward returned", 1, False, lambda dys, _, items: items[gradients])


def _by_name(backward, ps, inputs, items, outputs, number):
    """Parameters that are named after inputs get these; others get dy, or what forward remembered."""
    lead = []
    for p in ps:
        if not by_position(p) or p.name in inputs:
            break
        lead.append(p.name)
    unknown = lead + [p.name for p in ps if is_required(p) and p.name not in inputs and p.name not in lead]
    dys = [
        name for i, name in enumerate(lead) if (i == 0 or looks_like_dy(name)) and not looks_like_cache(name)
    ]
    if not dys:
        dys = [name for name in unknown if looks_like_dy(name)]
    dys = dys[:outputs]
    caches = [name for name in unknown if name not in dys]
    count = len(dys)
    if not unknown and not number:
        raise TypeError(
            f"backward({', '.join(p.name for p in ps)}) takes inputs alone, but y is not a number: expected dy first"
        )
    found, sources = [], _from_items(caches, items, max(count, 1))
    if sources is not None:

        def call(given_dys, values, items):
            given = dict(zip(dys, given_dys))
            given.update({name: take(items) for name, take in sources.items()})
            given.update({p.name: values[p.name] for p in ps if p.name in values})
            return _called(backward, ps, given)

        words = ", ".join(p.name for p in ps if p.name in {*unknown, *inputs})
        sure = bool(caches) or outputs <= max(count, 1)
        found.append(Protocol(words, max(count, 1), count > 0, call, sure))
        if (
            count == 1 and outputs == len(items) > 1
        ):  # a list of steps, and a list of their upstream gradients
            found.append(
                Protocol("a list of dys", outputs, True, lambda dys, *rest: call([list(dys)], *rest))
            )
    every = [p for p in ps if by_position(p) and is_required(p)]
    if number and len(lead) == 1 and len(every) == len(inputs) and not looks_like_dy(lead[0]):
        found.insert(0, _by_place(backward, 0, "inputs"))  # a loss whose prediction has another name
    return found


def _called(function, ps, given):
    """A call by position as far as there is no gap, by name from there on."""
    args, given = [], dict(given)
    for p in ps:
        if not by_position(p) or p.name not in given:
            break
        args.append(given.pop(p.name))
    return function(*args, **given)


def _dy_last(backward, ps):
    """backward with those of its parameters first that have the name of a dy, if they come later."""
    names = [p.name for p in ps if by_position(p)]
    dys = [p.name for p in ps if by_position(p) and is_required(p) and looks_like_dy(p.name)]
    if not dys or looks_like_dy(names[0]) or is_variadic(backward):
        return None
    order = dys + [name for name in names if name not in dys]
    by_name = {p.name: p for p in ps}

    def call(*args):
        return _called(backward, ps, dict(zip(order, args)))

    call.__signature__ = inspect.Signature(
        [
            by_name[name].replace(kind=inspect.Parameter.POSITIONAL_ONLY, default=by_name[name].empty)
            for name in order
            if is_required(by_name[name])
        ]
    )
    return call


def _by_position(backward, ps, inputs, items, outputs, number):
    """No parameter is named after an input: dy, then a cache, then inputs, whatever fits their number."""
    required = [p.name for p in ps if by_position(p) and is_required(p)]
    most = [p.name for p in ps if by_position(p)]
    if is_variadic(backward):
        named_dys = [name for name in most if looks_like_dy(name)]
        count = min(max(1, len(named_dys)), outputs) if len(most) else 1
        return [_by_place(backward, count, "inputs", sure=outputs == count)] if len(most) <= count else []
    if not most:
        return [Protocol("no arguments", 1, False, lambda dys, _, items: backward())] if number else []
    moved = _dy_last(backward, ps)
    found = [] if moved is None else _by_position(moved, parameters(moved), inputs, items, outputs, number)
    dys = 0
    while dys < min(outputs, len(most)) and (dys == 0 or looks_like_dy(most[dys])):
        dys += 1
    for count in range(dys, 0, -1):
        for n in dict.fromkeys([max(len(required), count), len(most)]):
            rest = n - count
            if rest == 0:
                method = hasattr(backward, "__self__")
                found.append(
                    _by_place(backward, count, "", sure=outputs == count or (method and len(items) == 1))
                )
                continue
            if _from_items(most[count:n], items, count) is not None:
                found.append(_by_place(backward, count, "cache", most[count:n]))
            if rest == len(inputs):
                found.append(_by_place(backward, count, "inputs", sure=outputs == count))
    if outputs > 1 and len(required) == 1 and all(n == outputs for n in [len(items)]):
        found.append(Protocol("a list of dys", outputs, True, lambda dys, _, items: backward(list(dys))))
    if number and not looks_like_dy(most[0]) and not hasattr(backward, "__self__"):
        if len(required) <= len(inputs) <= len(most):
            found.append(_by_place(backward, 0, "inputs"))
        if len(items) > 1 and len(required) == 1:
            found.append(_by_place(backward, 0, "cache", most[:1]))
    return found


def _from_items(names, items, count):
    """For each name what takes its value out of forward's items; None if they do not fit."""
    rest = len(items) - count
    if not names:
        return {}
    if rest < 1:
        return None
    if len(names) == rest:
        return {name: (lambda items, i=i: items[count + i]) for i, name in enumerate(names)}
    if len(names) == 1:
        return {names[0]: lambda items: tuple(items[count:])}
    return None


def _by_place(backward, count, then, names=(), sure=True):
    """dy for `count` outputs, `then` the inputs or the cache, by position."""

    def call(dys, values, items):
        if then == "inputs":
            return backward(*dys, *values.values())
        sources = _from_items(list(names), items, max(count, 1) if count else 1)
        return backward(*dys, *(take(items) for take in sources.values()))

    words = ", ".join([*["dy"] * count, *([then] if then else [])])
    return Protocol(words, max(count, 1), count > 0, call, sure)
