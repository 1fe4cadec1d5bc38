"""Work shared among threads: NumPy releases the interpreter's lock while it computes.

The BLAS behind NumPy uses all cores for a large matrix product, but copies, sums and small products run on one. A
convolution consists mostly of those. In two threads on two cores a Winograd convolution takes 0.6 to 0.7 times as
long as in one, as long as each product is too small for the BLAS to use threads of its own.
"""

from __future__ import annotations

import contextvars
import math
import os
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from wta_np._utils.system import can_start_threads

SINGLE_THREAD_MULTIPLICATIONS = 10**6  # OpenBLAS uses one thread for a product of no more than these
MIN_BLOCK_ROWS = 32
CACHE_FRACTION = (
    8  # a piece of work takes this part of a cache: the threads share it, and so do the steps in between
)
N_ACCUMULATORS = 4  # each gradient of filters is added up in so many parts, whatever the number of threads is
THREAD_ENV_VARS = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
)  # limits that a user sets for a BLAS hold here, too


def n_workers() -> int:
    """The number of threads to share work among: the cores that this process may use, or the user's limit if lower.

    Counted are the cores in the process's affinity, and the share of them that its control group may use (as in a
    container with ``--cpus 2``).
    """
    if hasattr(os, "sched_getaffinity"):  # on Linux
        cores = len(os.sched_getaffinity(0))
    else:
        cores = os.cpu_count() or 1
    limits = [os.environ.get(name, "").split(",")[0].strip() for name in THREAD_ENV_VARS]
    numbers = [int(limit) for limit in limits if limit.isdecimal() and int(limit) > 0]
    return max(1, min([cores, *numbers, *_control_group_cores()]))


def _control_group_cores(folder: str = "/sys/fs/cgroup") -> list[int]:
    """The whole cores that the control group of this process may use, rounded up; empty if it has no limit."""
    try:
        with open(
            f"{folder}/cpu.max", encoding="ascii"
        ) as file:  # version 2: "max 100000", or "200000 100000"
            quota, period = file.read().split()
    except (OSError, ValueError):
        return []
    return [math.ceil(int(quota) / int(period))] if quota.isdecimal() and int(period) > 0 else []


def share_work(work: Callable[[Iterator], None], parts: Sequence, xp: Any) -> None:
    """Call ``work(some)`` in several threads at once; together their iterators `some` give each part once.

    A thread takes the next part when it has finished one, so which thread gets which part varies. Parts may write to
    different places, but must not add to the same place. The pool exists only during the call, which costs 0.2 ms, so
    no thread outlives it. If one call raises, or at Ctrl-C, the others stop after their part, and the exception is
    raised here.

    Parameters
    ----------
    work : callable
        Takes an iterator. Buffers that it makes before the first part belong to its thread.
    parts : sequence
    xp : module
        The arrays' module. Only work on NumPy's arrays is shared; a device shares its work by itself.
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
    if helpers < 1 or not can_start_threads():
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


def matmul_row_blocks(xp: Any, n: int, each: int) -> list[slice]:
    """Blocks of `n` rows whose matrix products, of `each` multiplications a row, run on one thread of the BLAS.

    Threads of the BLAS that were woken keep spinning for a while, and compete with those of `share_work`. If a block
    would have fewer than `MIN_BLOCK_ROWS` rows, there is one block: the BLAS then uses all its threads.
    """
    step = SINGLE_THREAD_MULTIPLICATIONS // max(1, each)
    if xp.__name__ != "numpy" or step < MIN_BLOCK_ROWS:
        step = max(1, n)
    return [slice(start, start + step) for start in range(0, n, step)]


def _guarded(work, some, waiting):
    """``work(some)``; if it raises, nobody takes another part."""
    try:
        work(some)
    except BaseException:
        waiting.clear()
        raise
