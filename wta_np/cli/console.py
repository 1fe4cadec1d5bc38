"""What surrounds a command: streams that may be closed, full or in any encoding, and Ctrl-C at any moment."""

from __future__ import annotations

import contextlib
import errno
import os
import signal
import sys
import threading
from collections.abc import Iterator
from typing import Any

INTERRUPTED = "wta-np: interrupted"
EXIT_INTERRUPTED = 130


class TolerantStream:
    """A text stream that keeps its first error instead of raising it, so that a command ends its work.

    A progress bar on a full disk, or a table for a reader that has gone, is no reason to lose a training.

    Parameters
    ----------
    stream : text file
        Where the text goes.

    Attributes
    ----------
    error : OSError or None
        The first error, after which nothing is written any more.
    """

    def __init__(self, stream: Any) -> None:
        self._stream = stream
        self.error = None

    def write(self, text: str) -> int:
        """Write, or drop the text after an error; returns the number of characters."""
        self._attempt("write", text)
        return len(text)

    def flush(self) -> None:
        """Flush, or do nothing after an error."""
        self._attempt("flush")

    def _attempt(self, method, *arguments):
        if self.error is None:
            try:
                getattr(self._stream, method)(*arguments)
            except (OSError, ValueError) as error:  # ValueError: the stream is closed
                self.error = error

    def __getattr__(self, name):
        return getattr(self._stream, name)


def open_missing_streams() -> None:
    """Give the process the standard streams that it was started without (``2>&-``), leading nowhere.

    Otherwise the next file that is opened gets their number, and messages are written into it.
    """
    for number, name, mode in ((0, "stdin", "r"), (1, "stdout", "w"), (2, "stderr", "w")):
        with contextlib.suppress(OSError):
            os.fstat(number)
            continue
        opened = os.open(os.devnull, os.O_RDWR)
        if opened != number:  # standard streams are opened in order, so this is rare
            os.dup2(opened, number)
            os.close(opened)
        setattr(sys, name, open(number, mode, encoding="utf-8", closefd=False))  # noqa: SIM115


@contextlib.contextmanager
def tolerant_streams() -> Iterator[Any]:
    """Within the block, printing raises no error: characters that the encoding lacks are escaped, see `TolerantStream`.

    Yields
    ------
    TolerantStream
        Standard output, whose `error` says whether something was lost.
    """
    kept = sys.stdout, sys.stderr
    for stream in kept:
        if getattr(stream, "errors", None) in ("strict", "surrogateescape"):
            with contextlib.suppress(AttributeError, ValueError, OSError):
                stream.reconfigure(errors="backslashreplace")
    output, messages = TolerantStream(sys.stdout), TolerantStream(sys.stderr)
    sys.stdout, sys.stderr = output, messages
    try:
        yield output
    finally:
        output.flush()
        sys.stdout, sys.stderr = kept


def write_lost(output: TolerantStream) -> bool:
    """Whether standard output lost something that its reader would miss; a reader that went away misses nothing."""
    return output.error is not None and getattr(output.error, "errno", None) != errno.EPIPE


@contextlib.contextmanager
def ending_at_interrupt() -> Iterator[Any]:
    """Within the block, Ctrl-C ends the process at once, in one line: for imports, which have nothing to clean up.

    Modules written in C turn a KeyboardInterrupt during their import into errors of other kinds.
    """

    def end(signum, frame):
        with contextlib.suppress(OSError):
            os.write(2, f"{INTERRUPTED}\n".encode())
        os._exit(EXIT_INTERRUPTED)

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    previous = signal.signal(signal.SIGINT, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, previous if previous is not None else signal.SIG_DFL)


def ignore_interrupts() -> None:
    """From here on Ctrl-C changes nothing: the command has ended, and the interpreter is about to."""
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGINT, signal.SIG_IGN)


def abandon_failed_output() -> None:
    """Lead standard streams that can no longer be written nowhere, so that the interpreter's end is silent."""
    for number, stream in ((1, sys.stdout), (2, sys.stderr)):
        try:
            stream.flush()
        except (OSError, ValueError):
            with contextlib.suppress(OSError):
                nowhere = os.open(os.devnull, os.O_WRONLY)
                os.dup2(nowhere, number)
                os.close(nowhere)
