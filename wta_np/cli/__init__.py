"""The command ``wta-np``: how arguments reach a command, and how errors reach the user."""

from __future__ import annotations

import os
import sys
import warnings

from wta_np.cli.parser import build_parser
from wta_np.cli.processes import end, end_after_bug, parse, ranks_of, speaks
from wta_np.distributed.ranks import REPORTED

EXIT_ERROR, EXIT_INTERRUPTED = 2, 130


def main(argv=None):
    """Run ``wta-np`` with these arguments and return its exit status.

    0 is success, 2 wrong input or a failure that is not a bug (one line on standard error), 130 Ctrl-C.
    With the environment variable WTA_NP_TRACEBACK set, errors are raised with their traceback.
    """
    arguments, ranks = parse(build_parser(), argv), None
    try:
        with warnings.catch_warnings():
            warnings.showwarning = _show_warning
            ranks = arguments.ranks = ranks_of(arguments)
            return arguments.run(arguments) or 0
    except KeyboardInterrupt:
        return end(ranks, EXIT_INTERRUPTED, "wta-np: interrupted")
    except REPORTED as error:
        if os.environ.get("WTA_NP_TRACEBACK"):
            end_after_bug(ranks)
            raise
        return end(ranks, EXIT_ERROR, f"wta-np: error: {_sentence(error)}")
    except BaseException:
        end_after_bug(ranks)
        raise


def _show_warning(message, *_, **__):
    if speaks():
        print(f"wta-np: warning: {message}", file=sys.stderr)


def _sentence(error):
    """The message of an error on one line."""
    if isinstance(error, OSError) and error.strerror and error.filename:
        return f"{error.filename}: {error.strerror}"
    return " ".join(str(error).split()) or type(error).__name__
