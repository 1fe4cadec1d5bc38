"""Laws that compare one gradient with central differences: first at a point that tells much, then anywhere.

At the first point all lengths differ, so that a ratio of 7 can only be the N that is 7. The points that
follow are drawn by hypothesis, awkward ones among them: one sample, one unit. Where no ratio says what is wrong,
an example that is small enough to be written out says more.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import reject
from hypothesis import strategies as st

from wta_np.grading.submission import WrongKind
from wta_np.testing.gradient_check import GradientError, KinkError, gradcheck
from wta_np.testing.laws.registry import given

DRAWS_DY = 1001  # not the seed of any point: otherwise dy would be the numbers of the first input


def gradient_law(
    argument: Any,
    forward: Any,
    backward: Any,
    point: Any,
    lengths: Any,
    largest: int = 4,
    tiny: Any = (),
    hint: Any = None,
    square: bool = False,
) -> Any:
    """A law: the gradient with respect to `argument` agrees with central differences.

    Parameters
    ----------
    argument : str
        Name of the input.
    forward : callable
        ``forward(*inputs)``, ours.
    backward : callable
        ``backward(impl, dy, *inputs)`` -> dict of gradients by argument, theirs.
    point : callable
        ``point(rng, *lengths)`` -> dict of inputs by name.
    lengths : tuple of int
        Lengths of the first point, all different.
    largest : int
        Up to this length others are drawn.
    tiny : sequence of (dict of inputs by name, dy)
        Points small enough to be written out, of which one is shown where the entries that differ at the first point
        share no ratio.
    hint : callable, optional
        ``hint(argument, inputs, gradients)`` -> what else is known of a wrong gradient, as a text; `gradients` is
        what `backward` returned.
    square : bool
        Whether a square is differentiated: only then a ratio of 2 may be that of its derivative.

    Returns
    -------
    callable
        The law, named after the argument.
    """

    def law(impl):
        def check_at(inputs, dy=None):
            found = {}

            def gradient(dy, *values):
                try:
                    found.update(backward(impl, dy, *values))
                except WrongKind as error:  # another of the gradients may be the one of the wrong kind
                    if f"d{argument}" not in error.right_parts:
                        raise
                    return error.right_parts[f"d{argument}"]
                return found[argument]

            if dy is None and np.ndim(forward(*inputs.values())) == 0:
                dy = np.ones(())  # the gradient of a loss takes no dy
            try:
                gradcheck(forward, gradient, inputs, wrt=argument, dy=dy, rng=DRAWS_DY, allow_zero=True)
            except GradientError as error:
                error.square = square
                error.hint = hint(argument, inputs, found) if hint and error.entries and found else ""
                raise

        def check(rng, lengths):
            check_at(point(rng, *lengths))

        try:
            check(np.random.default_rng(0), lengths)
        except GradientError as error:
            if error.entries and error.common_ratio is None:
                for inputs, dy in tiny:
                    try:
                        check_at(inputs, dy)
                    except GradientError as smaller:
                        smaller.larger = error
                        raise
                check(np.random.default_rng(0), lengths)  # once more, so that this call is the last
            raise

        @given(st.integers(0, 999), st.tuples(*[st.integers(1, largest)] * len(lengths)))
        def anywhere(seed, lengths):
            try:
                check(np.random.default_rng(seed), lengths)
            except KinkError:
                reject()

        anywhere()

    law.__name__ = f"d{argument}_agrees_with_differences"
    law.__doc__ = f"d{argument} agrees with central differences."
    return law


def gradient_laws(arguments: Any, *rest: Any, **options: Any) -> list:
    """One `gradient_law` for each of the arguments, given as one text."""
    return [gradient_law(argument, *rest, **options) for argument in arguments.split()]
