"""Ranks that are threads of one process: for tests, laws and trying things out, without MPI."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import numpy as np

from wta_np.distributed.ranks import Ranks


def run_ranks(size: int, work: Callable[[Ranks], Any]) -> list[Any]:
    """Call ``work(ranks)`` as each of `size` ranks, in threads; the results in the order of ranks.

    If one rank raises, the others stop at their next collective call, and its exception is raised here. It is no way to
    be faster.

    Examples
    --------
    >>> run_ranks(3, lambda ranks: ranks.gather_texts(f"rank {ranks.rank}"))[1]
    ['rank 0', 'rank 1', 'rank 2']
    """
    meeting = _Meeting(size)
    results: list[Any] = [None] * size
    errors: list[BaseException] = []

    def run(rank):
        try:
            results[rank] = work(SimulatedRanks(rank, meeting))
        except threading.BrokenBarrierError:  # of another rank's failure
            pass
        except BaseException as error:
            errors.append(error)
            meeting.barrier.abort()

    threads = [threading.Thread(target=run, args=(rank,)) for rank in range(size)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]
    return results


class _Meeting:
    """Where the threads wait for each other, and what they brought."""

    def __init__(self, size):
        self.size, self.barrier, self.brought = size, threading.Barrier(size), [None] * size


class SimulatedRanks(Ranks):
    """One of the threads that `run_ranks` starts."""

    def __init__(self, rank: Any, meeting: Any) -> None:
        super().__init__()
        self.rank, self.size, self._meeting = rank, meeting.size, meeting

    def _exchange(self, thing):
        meeting = self._meeting
        meeting.brought[self.rank] = thing
        meeting.barrier.wait()
        things = list(meeting.brought)
        meeting.barrier.wait()  # nobody brings the next before all have seen this
        return things

    def _sum(self, a):
        parts = self._exchange(a.copy())
        total = parts[0].copy()
        for part in parts[1:]:
            total += part
        return total

    def _gather(self, a, lengths):
        parts = self._exchange(a.copy())
        if [len(part) for part in parts] != list(lengths):
            raise ValueError(f"ranks brought {[len(p) for p in parts]} numbers, expected {list(lengths)}")
        return np.concatenate(parts)

    def _gather_texts(self, text):
        return self._exchange(text)
