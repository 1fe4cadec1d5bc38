"""The command ``wta-np``: how arguments reach a command, and how errors reach the user.

This module imports nothing that takes time, so that Ctrl-C is answered in one line from the first moment on.
"""

from __future__ import annotations

import os
import sys
import warnings

from wta_np.cli.console import (
    EXIT_INTERRUPTED,
    INTERRUPTED,
    abandon_failed_output,
    ending_at_interrupt,
    ignore_interrupts,
    open_missing_streams,
    tolerant_streams,
    write_lost,
)

EXIT_ERROR = 2
EXPECTED = (ValueError, TypeError, OSError, ArithmeticError, MemoryError)  # errors that say what is wrong


def main(argv: list[str] | None = None) -> int:
    """Run ``wta-np`` with these arguments and return its exit status.

    0 is success, 2 wrong input or a failure (one line on standard error), 130 Ctrl-C; `grade` returns 1 where a law
    does not hold. With the environment variable WTA_NP_TRACEBACK set, errors are raised with their traceback.

    Parameters
    ----------
    argv : list of str, optional
        The arguments; by default those of the process, which then is about to end.
    """
    owns_process = argv is None
    if owns_process:
        open_missing_streams()
    try:
        with tolerant_streams() as output:
            status = _run(argv)
            output.flush()
            if status == 0 and write_lost(output):
                print(f"wta-np: error: standard output: {output.error}", file=sys.stderr)
                status = EXIT_ERROR
    finally:
        if owns_process:
            ignore_interrupts()
            abandon_failed_output()
    return status


def _run(argv):
    """Parse, run, and turn errors into a line and a status."""
    with ending_at_interrupt():
        from wta_np._utils.text import one_line
        from wta_np.cli import output, processes
        from wta_np.cli.parser import build_parser

        parser = build_parser()
    arguments, ranks = processes.parse(parser, argv), None
    try:
        with warnings.catch_warnings():
            warnings.showwarning = _show_warning if processes.speaks() else _ignore_warning
            ranks = arguments.ranks = processes.ranks_of(arguments)
            return output.run(arguments)
    except KeyboardInterrupt:
        return processes.end(ranks, EXIT_INTERRUPTED, INTERRUPTED)
    except Exception as error:
        if os.environ.get("WTA_NP_TRACEBACK"):
            processes.end_with_traceback(ranks)
            raise
        said = one_line(error)
        if not isinstance(error, EXPECTED):
            said = f"{type(error).__name__}: {said}; this is a fault of wta_np, and WTA_NP_TRACEBACK=1 shows its place"
        return processes.end(ranks, EXIT_ERROR, f"wta-np: error: {said}")


def _ignore_warning(*_, **__):
    pass  # another process shows it


def _show_warning(message, *_, **__):
    print(f"wta-np: warning: {message}", file=sys.stderr)
