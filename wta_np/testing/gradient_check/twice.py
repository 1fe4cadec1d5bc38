"""backward called twice: gradients that add up, a cache that is spoiled, parameters that are updated on the way."""

from __future__ import annotations

from typing import Any

import numpy as np

from wta_np.testing.gradient_check.gradients import matched
from wta_np.testing.gradient_check.verdicts import GradientError


def gradients_of(point: Any, protocol: Any, wrt: Any, leaves: Any) -> list[tuple]:
    """(leaf, gradient) for each gradient, the same however often backward is called; GradientError if it is not."""

    def pairs(result):
        return matched(result, point.inputs, leaves, wrt)

    values, items = point.fresh()
    first = pairs(point.backward(protocol, values, items))
    try:
        again = pairs(point.backward(protocol, values, items))
    except GradientError:
        raise
    except (
        Exception
    ):  # what is remembered may be given away once: then a second call cannot be wrong in silence
        again = None
    third = pairs(point.backward(protocol, *point.fresh()))
    _same(first, third, _ADDED, "gives another gradient of {} when forward and backward are called again")
    if again is not None:
        adds_up = all(_close(2 * a, b) for (_, a), (_, b) in zip(first, again) if not _close(a, b))
        if not adds_up:  # sums that forward sets to zero are a custom; anything else is a mistake
            _same(
                first,
                again,
                "",
                "gives another gradient of {} when it is called again: it spoils what it has remembered",
            )
    return first


_ADDED = ": it adds to the gradient of the last call"


def _same(before, after, added, words):
    for (leaf, a), (_, b) in zip(before, after):
        if not _close(a, b):
            scale = np.abs(a).max() or 1.0
            times = float(np.sum(a * b) / np.sum(a * a)) if np.any(a) else 0.0
            more = added if times > 1.5 and np.allclose(b, round(times) * a, atol=1e-9 * scale) else ""
            raise GradientError(f"backward {words.format(leaf.name)}{more}", leaf.name)


def _close(a, b):
    return np.allclose(a, b, rtol=1e-9, atol=1e-12 * float(np.abs(a).max(initial=0.0)))
