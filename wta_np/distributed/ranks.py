"""Processes that work together: what they can do with each other, and what one process does instead.

A process is called by its rank, from 0 to size - 1. Three collective calls are all that training and judging need. All
ranks have to make the same calls in the same order, and each call returns when it has what it needs of the others.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from wta_np.backend import array_module, backend_name, to_backend, to_numpy

REPORTED = (
    ValueError,
    TypeError,
    OSError,
    ArithmeticError,
    MemoryError,
)  # what a user is told in one sentence


class SharedError(ValueError):
    """Another rank failed; the text is what it says."""


@dataclass
class Traffic:
    """What a rank sent so far: calls, bytes of its own contributions, and seconds spent in the calls."""

    calls: int = 0
    bytes: int = 0
    seconds: float = 0.0


class Ranks:
    """One process alone, and the interface of many.

    Attributes
    ----------
    rank, size : int
        The number of this process, and how many there are.
    traffic : dict of str to Traffic
        What was sent by each kind of call: "sum", "gather", "texts".
    """

    rank, size = 0, 1

    def __init__(self) -> None:
        self.traffic = {kind: Traffic() for kind in ("sum", "gather", "texts")}

    def sum(self, a: Any) -> Any:
        """The sum over all ranks of their arrays `a` of one shape and dtype, the same bits on every rank.

        Parameters
        ----------
        a : ndarray
            May be overwritten.

        Returns
        -------
        ndarray, the shape and dtype of a
        """
        if self.size == 1:
            return a
        with self._counted("sum", a.nbytes):
            return _on_host(a, self._sum)

    def gather(self, a: Any, lengths: Sequence[int]) -> list[Any]:
        """The 1-D arrays of all ranks in the order of ranks, of one dtype, and of these lengths."""
        if a.shape != (lengths[self.rank],) or len(lengths) != self.size:
            raise ValueError(f"a has shape {a.shape}, expected ({lengths[self.rank]},), for rank {self.rank}")
        if self.size == 1:
            return [a]
        with self._counted("gather", a.nbytes):
            joined = _on_host(a, lambda host: self._gather(host, lengths))
        starts = [sum(lengths[:rank]) for rank in range(self.size)]
        return [joined[start : start + length] for start, length in zip(starts, lengths)]

    def gather_texts(self, text: str) -> list[str]:
        """The texts of all ranks, in the order of ranks."""
        if self.size == 1:
            return [text]
        with self._counted("texts", len(text.encode())):
            return self._gather_texts(text)

    @contextmanager
    def together(self) -> Iterator[None]:
        """A block that succeeds on all ranks or fails on all: SharedError where only another rank failed."""
        if self.size == 1:
            yield
            return
        try:
            yield
        except REPORTED as error:
            self.gather_texts(str(error) or type(error).__name__)
            raise
        texts = self.gather_texts("")
        for rank, text in enumerate(texts):
            if text:
                raise SharedError(f"rank {rank}: {text}")

    def all_arrive(self) -> bool:
        """Whether all ranks call this soon: whether what ends this rank ends all alike."""
        return True

    def abort(self, status: int) -> None:
        """End all ranks at once with this exit status, those too that wait for this one."""
        raise SystemExit(status)

    @contextmanager
    def _counted(self, kind, n_bytes):
        began = time.perf_counter()
        yield
        traffic = self.traffic[kind]
        traffic.calls += 1
        traffic.bytes += n_bytes
        traffic.seconds += time.perf_counter() - began

    # The three below are what a kind of ranks adds; arrays are NumPy's and contiguous.

    def _sum(self, a):
        raise NotImplementedError

    def _gather(self, a, lengths):
        raise NotImplementedError

    def _gather_texts(self, text):
        raise NotImplementedError


def _on_host(a, call):
    """``call(a)`` with arrays of a GPU moved to the host and back."""
    name = backend_name(a)
    result = call(array_module(a).ascontiguousarray(a) if name == "numpy" else to_numpy(a).copy())
    return to_backend(result, name)


ONE_RANK = Ranks()
