"""Laws that compare one gradient with central differences: first at a point that tells much, then anywhere.

At the first point all lengths differ, so that a ratio of 7 can only be the N that is 7. The points that
follow are drawn by hypothesis, awkward ones among them: one sample, one unit.
"""

from __future__ import annotations

import numpy as np
from hypothesis import reject
from hypothesis import strategies as st

from wta_np.testing.differences import KinkError
from wta_np.testing.gradcheck import gradcheck
from wta_np.testing.law import given


def gradient_law(argument, forward, backward, point, lengths, largest=4):
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

    Returns
    -------
    callable
        The law, named after the argument.
    """

    def law(impl):
        def check(rng, lengths):
            def gradient(dy, *values):
                return backward(impl, dy, *values)[argument]

            gradcheck(forward, gradient, point(rng, *lengths), wrt=argument)

        check(np.random.default_rng(0), lengths)

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


def gradient_laws(arguments, *rest, **options):
    """One `gradient_law` for each of the arguments, given as one text."""
    return [gradient_law(argument, *rest, **options) for argument in arguments.split()]
