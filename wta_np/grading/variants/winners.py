"""Variants of exercises 3, 12 and 18: other winners, other ties, another k."""

from __future__ import annotations

import numpy as np

from wta_np.grading.laws.cases_conv import map_cases, winner_cases
from wta_np.grading.laws.cases_dense import mask_cases, rate_cases
from wta_np.grading.variants.task import Task, Variant

KEYS = {"largest": "h", "smallest": "-h", "strongest": "np.abs(h)"}  # the larger, the better
WHO = {
    "largest": "the largest activations win",
    "smallest": "the smallest activations win",
    "strongest": "the activations of the largest absolute value win",
}


def _few(rng, *shape):
    """Small whole numbers, many of which tie."""
    return rng.integers(-2, 3, shape).astype(float)


def _order(kind, last):
    """Expressions that sort along axis 0, from the best, ties as asked for."""
    if last:
        return f"len(h) - 1 - np.argsort(-({KEYS[kind]})[::-1], axis=0, kind='stable')"
    return f"np.argsort(-({KEYS[kind]}), axis=0, kind='stable')"


# ----------------------------------------------------------------------------------- exercise 3

LIFETIME = """
import math

import numpy as np


def winners_per_unit(rate, n):
    return max(1, {rounded})


def lifetime_mask(h, k):
    order = {order}
    mask = np.zeros(h.shape, bool)
    np.put_along_axis(mask, order[:k], True, axis=0)
    return mask
"""
DOWN, UP = "math.floor(rate * n + 1e-9)", "math.ceil(rate * n - 1e-9)"
HEAD = "Each hidden unit keeps its k largest activations across the mini-batch."
TIES = "If values tie for the last place, the sample with the lower index wins."


def _lifetime(name, kind, higher, up):
    index = "higher" if higher else "lower"
    size = {"strongest": "k activations of the largest absolute value"}.get(kind, f"k {kind} activations")
    changes = [
        (HEAD, f"Each hidden unit keeps its {size} across the mini-batch."),
        (TIES, f"If these tie for the last place, the sample with the {index} index wins."),
    ]
    if up:
        changes.append(("the rate times n, rounded down, but at least one", "the rate times n, rounded up"))
    return Variant(
        3,
        name,
        f"{WHO[kind]}, the {index} index among equals, and k is rounded {'up' if up else 'down'}",
        tuple(changes) if name != "as_in_the_chapter" else (),
        LIFETIME.format(rounded=UP if up else DOWN, order=_order(kind, higher)),
        {
            "winners_per_unit": f"k is the rate times n, rounded {'up' if up else 'down'}, and at least one",
            "lifetime_mask": f"In each unit k win: {WHO[kind]}, among equals the {index} index",
        },
        {
            "winners_per_unit": Task(lambda rng, a, b, c: [a * b / 20, int(rng.integers(1, 50))], rate_cases),
            "lifetime_mask": Task(lambda rng, n, m, k: [_few(rng, n, m), min(k, n)], mask_cases),
        },
    )


LIFETIME_VARIANTS = [
    _lifetime("as_in_the_chapter", "largest", False, False),
    _lifetime("smallest_and_higher_rounded_up", "smallest", True, True),
    _lifetime("strongest_and_lower_rounded_up", "strongest", False, True),
    _lifetime("largest_and_higher_rounded_up", "largest", True, True),
    _lifetime("smallest_and_lower", "smallest", False, False),
    _lifetime("strongest_and_higher", "strongest", True, False),
]

# ---------------------------------------------------------------------------------- exercise 12


def _maps():
    """Awkward maps, and the same with signs: before a rectifier."""
    signs = np.random.default_rng(25).choice([-1.0, 1.0], 10_000)
    cases = map_cases()
    return cases + [(f"{what}, with signs", [h * signs[: h.size].reshape(h.shape)]) for what, (h,) in cases]


SPATIAL = """
import numpy as np


def spatial_forward(h):
    n, height, width, f = h.shape
    maps = h{turned}.reshape(n, height * width, f).transpose(1, 0, 2)
    order = {order}
    mask = np.zeros(maps.shape, bool)
    np.put_along_axis(mask, order[:1], True, axis=0)
    mask = mask.transpose(1, 0, 2).reshape(n, {shape}, f){turned}
    return h * mask, mask


def spatial_backward(dz, mask):
    return dz * mask
"""
LARGEST = "In every map of every image only the largest activity is kept."
FIRST = "Among equal activities the first one in reading order (line by line, from the left) wins."
OFTHE = {
    "largest": "largest activity",
    "smallest": "smallest activity",
    "strongest": "activity of the largest absolute value",
}


def _spatial(name, kind, last=False, columns=False):
    place = f"the {'last' if last else 'first'} one"
    way = "column by column, from the top" if columns else "line by line, from the left"
    order = f"in the order {way}" if columns else f"in reading order ({way})"
    turned = ".transpose(0, 2, 1, 3)" if columns else ""
    return Variant(
        12,
        name,
        f"the {OFTHE[kind]} of each map wins, among equals {place} {way}",
        (
            (LARGEST, LARGEST.replace("largest activity", OFTHE[kind])),
            (FIRST, f"Among equals {place} {order} wins."),
            ("after ReLU", "before ReLU"),
        )
        if name != "as_in_the_chapter"
        else (),
        SPATIAL.format(
            turned=turned,
            shape="width, height" if columns else "height, width",
            order=_order(kind, last)
            .replace("len(h)", "len(maps)")
            .replace("(h)", "(maps)")
            .replace("-h", "-maps"),
        ),
        {
            "spatial_forward": f"The {OFTHE[kind]} of each map wins, among equals {place} {way}",
            "spatial_backward": "dh is dz at the winners and zero elsewhere",
        },
        {
            "spatial_forward": Task(lambda rng, n, a, b: [_few(rng, n, a, b, 2)], _maps),
            "spatial_backward": Task(
                lambda rng, n, a, b: [_few(rng, n, a, b, 2), rng.random((n, a, b, 2)) < 0.5], winner_cases
            ),
        },
    )


SPATIAL_VARIANTS = [
    _spatial("as_in_the_chapter", "largest"),
    _spatial("smallest", "smallest"),
    _spatial("last_of_the_largest", "largest", last=True),
    _spatial("strongest", "strongest"),
    _spatial("column_by_column", "largest", columns=True),
]

# ---------------------------------------------------------------------------------- exercise 18

RELATIVES = """
import numpy as np


def winners(h, k):
    order = {order}
    mask = np.zeros(h.shape, bool)
    np.put_along_axis(mask, order[:k], True, axis=0)
    return mask


def per_sample_mask(h, k):
    return winners(h.T, k).T


def over_batch_mask(h, k):
    return winners(h.reshape(-1, 1), k).reshape(h.shape)
"""


RELATIVE_TO = (
    "units, as a k-sparse autoencoder does, or the whole mini-batch "
    "its largest activations, wherever they are"
)
IN_ORDER = (
    "the first in reading order wins: lower rows before\n        higher ones, and within a row lower columns"
)


def _relatives(name, kind, last):
    size = {"strongest": "k activations of the largest absolute value"}.get(kind, f"k {kind} activations")
    index = "higher" if last else "lower"
    order = "the last in reading order" if last else "the first in reading order"
    how = "higher rows before\n        lower ones, and within a row higher columns" if last else None
    changes = [
        (RELATIVE_TO, f"units, or the whole mini-batch its activations, wherever they are. Here {WHO[kind]}"),
        ("The k largest activations of each sample.", f"The {size} of each sample."),
        ("The k largest activations of the mini-batch.", f"The {size} of the mini-batch."),
        ("the unit with the lower index wins", f"the unit with the {index} index wins"),
    ]
    if last:
        changes.append((IN_ORDER, f"{order} wins: {how}"))
    return Variant(
        18,
        name,
        f"{WHO[kind]}, among equals the {index} index",
        tuple(changes) if name != "as_in_the_chapter" else (),
        RELATIVES.format(order=_order(kind, last)),
        {
            "per_sample_mask": f"In each row k win: {WHO[kind]}, among equals the {index} index",
            "over_batch_mask": f"In the mini-batch k win: {WHO[kind]}, among equals {order}",
        },
        {
            "per_sample_mask": Task(lambda rng, n, m, k: [_few(rng, n, m), min(k, m)], _rows),
            "over_batch_mask": Task(lambda rng, n, m, k: [_few(rng, n, m), min(k, n * m)], _batches),
        },
    )


def _rows():
    return [(what, [h.T.copy(), k]) for what, (h, k) in mask_cases() if h.ndim == 2]


def _batches():
    return [(what, [h, k]) for what, (h, k) in mask_cases() if h.ndim == 2]


RELATIVES_VARIANTS = [
    _relatives("as_in_the_chapter", "largest", False),
    _relatives("smallest_and_lower", "smallest", False),
    _relatives("largest_and_higher", "largest", True),
    _relatives("strongest_and_lower", "strongest", False),
    _relatives("smallest_and_higher", "smallest", True),
]
