"""Variants of exercises, chosen by a seed, for homework that is marked: what they ask for is in no chapter.

>>> variant(3, 7).name == variant(3, 7).name, len(variants_of(3))
(True, 5)
>>> judged(3, 7).filename
'ex03_lifetime_mask_seed7.py'
"""

from __future__ import annotations

import hashlib
import re
from typing import Any

from wta_np.grading.exercises import Exercise, exercise
from wta_np.grading.variants import dense, hinge, winners
from wta_np.grading.variants.task import Variant

_FAMILIES = {  # the first of each family is the exercise as the chapter has it
    1: dense.LINEAR_VARIANTS,
    2: dense.RELU_VARIANTS,
    3: winners.LIFETIME_VARIANTS,
    4: dense.MASK_VARIANTS,
    6: dense.MOMENTUM_VARIANTS,
    12: winners.SPATIAL_VARIANTS,
    14: hinge.VARIANTS,
    18: winners.RELATIVES_VARIANTS,
}
NUMBERS = tuple(_FAMILIES)  # of the exercises that have variants
_SEED = re.compile(r"seed[\s_.-]*([0-9]{1,9})(?![0-9])", re.IGNORECASE)


def variants_of(number: int) -> list[Variant]:
    """The variants of an exercise; ValueError if it has none."""
    exercise(number)
    if number not in _FAMILIES:
        having = ", ".join(map(str, NUMBERS))
        raise ValueError(f"exercise {number} has no variants, expected one of {having}")
    return _FAMILIES[number][1:]


def variant(number: int, seed: int) -> Variant:
    """The variant that a seed chooses: the same on every machine."""
    every = variants_of(number)
    digest = hashlib.sha256(f"exercise {number}, seed {seed}".encode()).digest()
    return every[int.from_bytes(digest[:8], "big") % len(every)]


def judged(number: int, seed: int) -> Exercise:
    """The `Exercise` of the variant that a seed chooses, with its laws."""
    return variant(number, seed).exercise(_FAMILIES[number], seed)


def seed_in(filename: str) -> int | None:
    """The seed that a file's name tells, such as ``ex03_seed7.py``; None if it tells none."""
    found = _SEED.search(filename)
    return int(found[1]) if found else None


def stub_of(number: int, seed: int) -> str:
    """The text of the stub of the variant that a seed chooses, without hints."""
    from wta_np.grading.guide import stub, without_hints

    text: Any = stub(number).read_text(encoding="utf-8")
    return without_hints(variant(number, seed).stub(text, seed))
