"""Which lines to compare: every entry of a small input, random directions of a large one, and halves where one fails.

A direction moves every entry by one step up or down, so that an entry weighs as much as if it were moved alone. A
direction that fails is halved until the entry that fails is found: the wrong one of a million takes twenty halvings.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from wta_np.testing.gradient_check.compare import Comparer
from wta_np.testing.gradient_check.results import SMOOTH, Comparison, LeafResult

SAMPLE = 256  # entries of a large input that are compared one by one where a direction fails,
FEWER = 32  # or of one above this size:
VERY_LARGE = 10_000
NAMED = 3  # wrong entries that are looked for by halving
SEARCH = 600  # lines that halving may try


def compared(comparer: Comparer, max_elements: int, directions: int, keep_kinks: bool) -> LeafResult:
    """Compare all entries one by one, or along directions where there are more than `max_elements`.

    With `keep_kinks` entries on kinks are left out of the directions, so that the others are compared all the same.
    """
    size = comparer.gradient.size
    result = LeafResult(comparer.leaf, comparer.gradient, size > max_elements)
    if size <= max_elements:
        result.seen = [comparer.entry(i) for i in range(size)]
        if (
            comparer.stairs
        ):  # entries before that was known: a short step up a stair looks like a gradient of zero
            result.seen = [comparer.entry(i) for i in range(size)]
        return result
    every = np.arange(size)
    for _ in range(directions):
        signs = comparer.rng.choice([-1.0, 1.0], size)
        found, blame = comparer.block(every, signs), []
        while comparer.suspicious(found):
            culprits = searched(comparer, every, signs, found, SEARCH if keep_kinks else NAMED)
            if keep_kinks and not culprits:  # kinks that hide each other in every half: one by one, then
                culprits = [
                    c for c in map(comparer.entry, every) if c.verdict != "right" or c.slope.kind != "smooth"
                ]
                culprits = [c for c in culprits if c.verdict != "hidden"]
            blame += culprits
            on_kinks = [c for c in culprits if c.slope.kind != "smooth"]
            if not keep_kinks or not on_kinks or len(on_kinks) < len(culprits):
                break
            known = [np.ravel_multi_index(c.index, comparer.gradient.shape) for c in on_kinks]
            every = np.setdiff1d(every, known)
            if not len(every):
                break
            found = comparer.block(every, signs)
        result.seen += blame
        if not len(every):
            break
        result.seen.append(found)
        if any(c.verdict == "wrong" for c in result.seen) or (found.verdict not in SMOOTH):
            break
    if not len(every):
        return result
    if any(
        (c.verdict not in SMOOTH and (c.index is None or not keep_kinks)) or c.verdict == "wrong"
        for c in result.seen
    ):
        _add_entries(comparer, result)
    return result


def _add_entries(comparer, result):
    """Compare the largest entries of a gradient that fails, and some drawn, to see what they have in common."""
    gradient = comparer.gradient
    half = (SAMPLE if gradient.size <= VERY_LARGE else FEWER) // 2
    largest = np.argsort(-np.abs(gradient).reshape(-1))[:half]
    sample = np.union1d(largest, comparer.rng.choice(gradient.size, min(half, gradient.size), replace=False))
    known = {c.index for c in result.seen}
    new = [i for i in sample if np.unravel_index(i, gradient.shape) not in known]
    result.seen += [comparer.entry(i) for i in new]
    singles = [c for c in result.seen if c.index is not None]
    if any(c.verdict not in SMOOTH for c in singles):
        result.seen = singles


def searched(comparer: Comparer, block: Any, signs: Any, found: Comparison, most: int) -> list[Comparison]:
    """The entries at fault in a block that fails, at most so many, by halving."""
    blame, waiting, tried = [], [(block, found)], 0
    while waiting and tried < SEARCH and len(blame) < most:
        block, found = waiting.pop()
        if len(block) == 1:
            if found.verdict not in SMOOTH or found.slope.kind != "smooth":
                blame.append(found)
            continue
        halves = [(part, comparer.block(part, signs)) for part in np.array_split(block, 2)]
        tried += 2
        failing = [half for half in halves if comparer.suspicious(half[1]) or half[1].slope.kind != "smooth"]
        # the half with the larger difference first: it is taken from the end
        waiting += sorted(failing, key=lambda half: abs(half[1].analytic - half[1].numeric))
    return blame


def _unwanted(c, keep_kinks):
    """Whether a line without a derivative is one that is not simply left out."""
    return c.verdict not in SMOOTH and (c.index is None or not keep_kinks)
