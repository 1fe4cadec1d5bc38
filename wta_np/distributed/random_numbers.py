"""Skipping random numbers, so that each rank draws its part of what one process would draw."""

from __future__ import annotations

import numpy as np

BLOCK = 2**20


def skip_uniform(rng: np.random.Generator, n: int) -> None:
    """Leave `rng` as after ``rng.random(n, dtype="float32")``.

    A float32 takes half of the 64 bits that a PCG64 gives at a time; the other half waits for the next one. A PCG64 can
    jump ahead: its state after n steps takes about log n multiplications (Brown 1994). Other generators draw the
    numbers and throw them away.

    Parameters
    ----------
    rng : numpy.random.Generator
    n : int
        Numbers to skip.

    Examples
    --------
    >>> a, b = np.random.default_rng(0), np.random.default_rng(0)
    >>> drawn = a.random(7, dtype="float32")
    >>> skip_uniform(b, 7)
    >>> bool(a.random() == b.random())
    True
    """
    bits = rng.bit_generator
    if isinstance(bits, (np.random.PCG64, np.random.PCG64DXSM)):
        if n and bits.state["has_uint32"]:  # the half that waits comes first
            rng.random(dtype="float32")
            n -= 1
        if n > 1:
            bits.advance(n // 2)
        n %= 2
    while n > 0:
        rng.random(min(n, BLOCK), dtype="float32")
        n -= BLOCK
