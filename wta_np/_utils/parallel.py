"""Pieces of a computation shared between threads: NumPy lets other threads run while it computes.

The BLAS behind NumPy uses all cores for large matrix products alone. Copies, sums and small products, of
which a convolution mostly consists, take one. Measured on two cores, a Winograd convolution in two threads
takes 0.6 to 0.7 times as long, where each product is too small for the BLAS to wake threads of its own.
"""

from __future__ import annotations

import contextvars
import os
from collections import deque
from concurrent.futures import ThreadPoolExecutor

ONE_THREAD = 10**6  # multiplications of a matrix product that OpenBLAS does without waking threads of its own
FEW_ROWS = 32
PIECE = 8  # a piece of work takes this part of a cache: threads share it, and the steps between do
SUMS = 4  # of filter gradients: as many threads can add, each to its own, and a result does not depend on how many
LIMITS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS")  # what a user says to a BLAS holds here, too


def n_workers():
    """Threads to share work between: the cores that this process may use, or fewer if the user says so."""
    if hasattr(os, "sched_getaffinity"):  # on Linux
        cores = len(os.sched_getaffinity(0))
    else:
        cores = os.cpu_count() or 1
    said = (os.environ.get(name, "").split(",")[0].strip() for name in LIMITS)
    return min([cores, *(int(number) for number in said if number.isdecimal() and int(number) > 0)])


def share(work, parts, xp):
    """Call ``work(some)`` in several threads at once; together their iterators `some` give each part once.

    Who gets which part is left to chance: for results that do not depend on it, parts may write to
    different places, but not add to the same. The pool lives as long as the call, which costs 0.2 ms:
    no thread is left that a fork, or the end of the program, would have to care for. If one call raises, or at
    Ctrl-C, the others stop after their part, and the exception is raised here.

    Parameters
    ----------
    work : callable
        Takes an iterator. What it makes before the first part, such as buffers, is its thread's own.
    parts : list
    xp : module
        Of the arrays. Only NumPy's work is shared; a GPU does its own.
    """
    waiting = deque(parts)

    def some():
        while waiting:
            try:
                part = waiting.popleft()
            except IndexError:  # another thread was faster
                return
            yield part

    helpers = min(n_workers(), len(waiting)) - 1 if xp.__name__ == "numpy" else 0
    if helpers < 1:
        if waiting:
            work(some())
        return
    calls = []
    with ThreadPoolExecutor(helpers, "wta_np") as pool:
        try:
            for _ in range(helpers):  # in the context of this thread: what NumPy warns of is kept there
                context = contextvars.copy_context()
                calls.append(pool.submit(context.run, _guarded, work, some(), waiting))
            _guarded(work, some(), waiting)
        finally:
            waiting.clear()
    for call in calls:
        call.result()


def products(xp, n, each):
    """Slices of `n` rows whose matrix products, `each` multiplications a row, wake no threads of the BLAS.

    Threads of the BLAS that were woken once look for work for a while, where those of `share` have it. Products of
    which this would leave few rows are made at once: nobody is faster at them than all threads of the BLAS.
    """
    step = ONE_THREAD // max(1, each)
    if xp.__name__ != "numpy" or step < FEW_ROWS:
        step = max(1, n)
    return [slice(start, start + step) for start in range(0, n, step)]


def _guarded(work, some, waiting):
    """``work(some)``; if it raises, nobody takes another part."""
    try:
        work(some)
    except BaseException:
        waiting.clear()
        raise
