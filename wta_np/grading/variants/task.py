"""What a variant of an exercise is made of: its text, a model solution, and laws that follow from that solution.

A variant asks for something else than the chapter shows, such as the smallest activations instead of the largest. Its
definition is its model solution, a text that is executed here; the student's stub is that of the exercise with other
sentences.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from hypothesis import strategies as st

from wta_np.grading.exercises import Exercise, exercise
from wta_np.grading.laws.cases import same
from wta_np.grading.sandbox.process import Hopeless
from wta_np.grading.signature import Signature
from wta_np.testing.laws.registry import ShrinkLimitReached, given

LONGEST = 4  # axes of inputs that are drawn


@dataclass(frozen=True)
class Task:
    """How a function is judged: ``draw(rng, a, b, c)`` makes arguments of these lengths, `cases` gives awkward ones."""

    draw: Callable
    cases: Callable


@dataclass(frozen=True)
class Variant:
    """One variant of an exercise.

    Attributes
    ----------
    number : int
        Of the exercise.
    name : str
        In words with underscores.
    differs : str
        What is asked for, in a sentence without its full stop.
    changes : tuple of (str, str)
        What stands in the exercise's stub, and what stands there instead.
    solution : str
        A model solution as text.
    rules : dict
        Function -> the statement that its law makes.
    tasks : dict
        Function -> `Task`.
    lines : list of str, optional
        Signatures, where they are not those of the exercise.
    more : tuple of callable
        Further laws, such as those of gradients.
    """

    number: int
    name: str
    differs: str
    changes: tuple
    solution: str
    rules: dict
    tasks: dict = field(repr=False)
    lines: tuple = ()
    more: tuple = ()

    def definitions(self) -> dict:
        """The functions of the model solution."""
        return _executed(self.solution)

    def stub(self, text: str, seed: int) -> str:
        """The stub of this variant, made of that of the exercise; ValueError if a sentence is not in it."""
        for old, new in (*self.changes, (f'"""Exercise {self.number}:', None)):
            if old not in text:
                raise ValueError(f"the stub of exercise {self.number} does not say {old!r}")
            text = text.replace(old, new or f'"""Exercise {self.number}, variant of seed {seed}:')
        return text

    def exercise(self, siblings: Any, seed: int | None = None) -> Exercise:
        """The `Exercise` that judges this variant; `siblings` are the others, which are recognised."""
        asked = exercise(self.number)
        signatures = {s.name: s for s in map(Signature.parse, self.lines or asked.lines)}
        laws = []
        for name, rule in self.rules.items():
            laws += [law(self, siblings, signatures[name], rule) for law in (_drawn_law, _awkward_law)]
        return replace(
            asked,
            lines=list(self.lines or asked.lines),
            laws=[*laws, *self.more],
            variant=self.differs,
            seed=seed,
        )


@functools.cache
def _executed(source: str) -> dict:
    space: dict = {}
    exec(compile(source, "<solution>", "exec"), space)
    return {name: value for name, value in space.items() if callable(value)}


def _drawn_law(variant, siblings, signature, rule):
    task, definition = variant.tasks[signature.name], variant.definitions()[signature.name]

    def law(impl):
        failed: list = []

        @given(st.tuples(st.integers(0, 999), *[st.integers(1, LONGEST)] * 3))
        def check(drawn):
            seed, *lengths = drawn
            arguments = task.draw(np.random.default_rng(seed), *lengths)
            failed[:] = [arguments]
            _compare(impl, signature, definition, arguments, "")

        _explaining(check, impl, variant, siblings, signature, failed)

    law.__name__, law.__doc__ = f"{signature.name}_as_this_variant_asks", f"{rule}."
    return law


def _awkward_law(variant, siblings, signature, _):
    task, definition = variant.tasks[signature.name], variant.definitions()[signature.name]

    def law(impl):
        failed: list = []

        def check():
            for what, arguments in task.cases():
                failed[:] = [arguments]
                _compare(impl, signature, definition, arguments, f" with {what}")

        _explaining(check, impl, variant, siblings, signature, failed)

    law.__name__ = f"{signature.name}_in_awkward_cases"
    law.__doc__ = f"{signature.name} is right in awkward cases, too."
    return law


def _compare(impl, signature, definition, arguments, where):
    """AssertionError unless a call gives what the definition gives."""
    expected = definition(*_copies(arguments))
    found = getattr(impl, signature.name)(*_copies(arguments))
    one = len(signature.gives) == 1
    for name, value, right in zip(
        signature.gives, [found] if one else found, [expected] if one else expected
    ):
        same(value, right, f"{name}{where}")


def _explaining(check, impl, variant, siblings, signature, failed):
    """Run a check; say of what fails whether it is the answer to another variant."""
    try:
        try:
            check()
        except ShrinkLimitReached as enough:
            raise enough.__cause__ from None
    except Hopeless:
        raise
    except AssertionError as error:
        for other in siblings:
            if other is not variant and _answers(impl, signature, other):
                getattr(impl, signature.name)(*_copies(failed[0]))  # the call that the report shows
                asked = other.rules[signature.name]
                raise AssertionError(
                    f"{error}; this is the answer to another exercise, which asks: {asked}"
                ) from None
        getattr(impl, signature.name)(*_copies(failed[0]))
        raise


def _answers(impl, signature, other):
    """Whether a function is right for another variant in all awkward cases."""
    definition = other.definitions()[signature.name]
    try:
        for _, arguments in other.tasks[signature.name].cases():
            _compare(impl, signature, definition, arguments, "")
    except Exception:  # also where it takes other arguments
        return False
    return True


def _copies(arguments):
    return [a.copy() if isinstance(a, np.ndarray) else a for a in arguments]
