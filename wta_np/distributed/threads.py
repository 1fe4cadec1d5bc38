"""The cores of a machine, shared out among the ranks on it.

A BLAS takes all cores for a large product. Ranks that all did so would wait for each other's threads.
"""

from __future__ import annotations

import json
import os
import socket

from wta_np._utils.parallel import THREAD_ENV_VARS, n_workers
from wta_np.distributed.ranks import Ranks


def cores_each(places: list[tuple[str, list[int], int]], rank: int) -> int:
    """How many cores a rank may use: its own, divided by the ranks that use some of them, too; at least one.

    Parameters
    ----------
    places : list of (str, list of int, int)
        For each rank its machine, the cores that it may run on (all, or where mpiexec binds processes, some), and how
        many of them it may use at a time.
    rank : int

    Examples
    --------
    >>> cores_each([("a", [0, 1, 2, 3], 4), ("a", [0, 1, 2, 3], 4), ("b", [0, 1], 2)], 0)
    2
    """
    machine, cores, n = places[rank]
    rivals = sum(there == machine and not set(cores).isdisjoint(theirs) for there, theirs, _ in places)
    return max(1, n // rivals)


def share_cores(ranks: Ranks) -> int | None:
    """Let the BLAS, and the threads of this package, use this rank's part of the cores of its machine.

    All ranks have to call it. A limit that the user set (``OMP_NUM_THREADS``, ``OPENBLAS_NUM_THREADS``) stays.

    Returns
    -------
    int or None
        Threads that this rank now uses; None where nothing was changed.
    """
    if hasattr(os, "sched_getaffinity"):  # on Linux
        cores = sorted(os.sched_getaffinity(0))
    else:
        cores = list(range(os.cpu_count() or 1))
    texts = ranks.gather_texts(json.dumps([socket.gethostname(), cores, n_workers()]))
    if ranks.size == 1 or any(os.environ.get(name) for name in THREAD_ENV_VARS):
        return None
    n = cores_each([tuple(json.loads(text)) for text in texts], ranks.rank)
    for name in THREAD_ENV_VARS:  # for `wta_np._utils.parallel`, and for processes that this one starts
        os.environ[name] = str(n)
    import threadpoolctl  # a BLAS that is loaded reads its environment no more

    threadpoolctl.threadpool_limits(n)
    return n
