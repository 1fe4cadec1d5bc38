"""``wta-np`` under mpiexec: several processes run one command, and speak with one voice."""

from __future__ import annotations

import contextlib
import os
import sys
import traceback
from typing import Any

from wta_np.distributed.launch import started_rank, world
from wta_np.distributed.ranks import ONE_RANK, Ranks

SHARED = ("train", "eval")  # commands that several processes can share


def parse(parser: Any, argv: Any) -> Any:
    """The arguments of the command; help and mistakes are shown by one process."""
    if speaks():
        return parser.parse_args(argv)
    with (
        open(os.devnull, "w") as nothing,
        contextlib.redirect_stdout(nothing),
        contextlib.redirect_stderr(nothing),
    ):
        return parser.parse_args(argv)


def speaks() -> bool:
    """Whether this process is the one that talks to the user: the first, or the only one."""
    return started_rank() in (None, 0)


def ranks_of(arguments: Any) -> Ranks:
    """The processes that run this command. Without mpiexec that is this one, and nothing of MPI is imported."""
    if started_rank() is None:
        return ONE_RANK
    if arguments.command not in SHARED:
        raise ValueError(
            f"mpiexec started several processes, and wta-np {arguments.command} is work for one: "
            "run it without mpiexec"
        )
    try:
        return world()
    except ImportError as error:
        raise ValueError(str(error)) from error


def end(ranks: Ranks | None, status: int, text: str) -> int:
    """Say why the command ends, once, and return its exit status; if only some ranks came here, end all ranks."""
    if ranks is None or ranks.size == 1:
        if speaks():
            print(text, file=sys.stderr)
        return status
    alike = ranks.all_arrive()
    if not alike or ranks.rank == 0:
        print(text, file=sys.stderr, flush=True)
    if not alike:
        ranks.abort(status)
    return status


def end_with_traceback(ranks: Ranks | None) -> None:
    """Show the traceback and end all ranks, which would wait for this one; for one process, do nothing."""
    if ranks is not None and ranks.size > 1:
        traceback.print_exc()
        sys.stderr.flush()
        ranks.abort(1)
