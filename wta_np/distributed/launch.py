"""Whether mpiexec started this process, known from the environment alone."""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Mapping

from wta_np.distributed.mpi import mpi_name, mpi_world
from wta_np.distributed.ranks import Ranks
from wta_np.distributed.threads import share_cores

# MPICH and Intel MPI; Open MPI; anything that speaks PMIx. Slurm sets one of them where it starts processes for MPI.
RANK = ("PMI_RANK", "OMPI_COMM_WORLD_RANK", "PMIX_RANK")
SIZE = ("PMI_SIZE", "OMPI_COMM_WORLD_SIZE")


def started_rank(environ: Mapping[str, str] = os.environ) -> int | None:
    """The rank of this process, if mpiexec or the like started it and others; None if not.

    >>> started_rank({"PMI_RANK": "1", "PMI_SIZE": "4"}), started_rank({})
    (1, None)
    """
    return None if _number(SIZE, environ) == 1 else _number(RANK, environ)


def world() -> Ranks:
    """All processes that mpiexec started with this one, or this one alone.

    Imports mpi4py, and shares out the cores of a machine among its ranks, see `wta_np.distributed.threads`.

    Returns
    -------
    Ranks

    Raises
    ------
    ImportError
        If mpi4py is missing.
    ValueError
        If mpiexec belongs to another MPI than the one that mpi4py uses: each process would believe to be alone.
    """
    if importlib.util.find_spec("mpi4py") is None:
        raise ImportError("more than one process needs mpi4py: pip install 'wta_np[mpi]'")
    os.environ.setdefault("MPIR_CVAR_SUPPRESS_ABORT_MESSAGE", "1")  # we say ourselves why all end
    try:
        ranks = mpi_world()
    except (ImportError, RuntimeError) as error:  # no MPI library that mpi4py could load
        raise ImportError(f"mpi4py finds no MPI, which pip install 'wta_np[mpi]' brings: {error}") from error
    started = _number(SIZE, os.environ) or ranks.size
    if started != ranks.size:
        raise ValueError(
            f"mpiexec started {started} processes, but mpi4py sees {ranks.size}: mpiexec belongs to another MPI than "
            f"{mpi_name()}, which mpi4py uses; take the mpiexec beside this Python"
        )
    share_cores(ranks)
    return ranks


def _number(names, environ):
    """The first of these variables that is a whole number."""
    return next((int(environ[name]) for name in names if environ.get(name, "").isdecimal()), None)
