"""Ranks that are processes of MPI. The one file that imports mpi4py, and only when there are such ranks."""

from __future__ import annotations

import time
from typing import Any

import numpy as np

from wta_np.distributed.ranks import Ranks

PATIENCE = 3.0  # seconds in which the ranks that fail alike have all failed


class MPIRanks(Ranks):
    """The processes of an MPI communicator.

    Arrays go as buffers, without pickling. Those of a GPU go through the host: this is right with any MPI, also
    with one that knows nothing of CUDA.

    Parameters
    ----------
    comm : mpi4py.MPI.Comm
    """

    def __init__(self, comm: Any) -> None:
        from mpi4py import MPI

        super().__init__()
        self.comm, self._mpi = comm, MPI
        self.rank, self.size = comm.Get_rank(), comm.Get_size()

    def _sum(self, a):
        self.comm.Allreduce(self._mpi.IN_PLACE, a, self._mpi.SUM)
        return a

    def _gather(self, a, lengths):
        joined = np.empty(sum(lengths), a.dtype)
        self.comm.Allgatherv(a, [joined, list(lengths)])
        return joined

    def _gather_texts(self, text):
        own = np.frombuffer(text.encode(), "u1")
        lengths = np.empty(self.size, "i8")
        self.comm.Allgather(np.array([len(own)], "i8"), lengths)
        ends = np.cumsum(lengths)
        joined = self._gather(own, lengths.tolist()).tobytes()
        return [joined[end - length : end].decode() for end, length in zip(ends, lengths)]

    def all_arrive(self, patience: float = PATIENCE) -> bool:
        """Whether all ranks call this within so many seconds: whether what ends this rank ends all."""
        request = self.comm.Ibarrier()
        until = time.monotonic() + patience
        while not request.Test():
            if time.monotonic() > until:
                return False
            time.sleep(0.01)
        return True

    def abort(self, status: int) -> None:
        """End all ranks at once, those too that wait for this one."""
        self.comm.Abort(status)


def mpi_world() -> MPIRanks:
    """All processes that mpiexec started."""
    from mpi4py import MPI

    return MPIRanks(MPI.COMM_WORLD)


def mpi_name() -> str:
    """The MPI library in use, such as "MPICH Version: 5.0.2"."""
    from mpi4py import MPI

    return MPI.Get_library_version().split("\n")[0].strip("\0 ")
