"""What ``wta-np grade`` prints: to any terminal, pipe or file, in any encoding, or to none, without ever failing."""

from __future__ import annotations

import contextlib
import os
import sys

from tqdm import tqdm

BROKEN = (OSError, ValueError, AttributeError)  # a closed pipe, a closed file, none at all


def say(text: str) -> None:
    """Print text as it is, characters that standard output cannot encode as escapes; nothing where it is closed."""
    stream = sys.stdout
    try:
        encoding = getattr(stream, "encoding", None) or "utf-8"
        stream.write(text.encode(encoding, "backslashreplace").decode(encoding))
        stream.flush()
    except BROKEN:
        _close(stream)


def _close(stream):
    """Let nothing be written any more: at its end Python would complain once again of a pipe that is closed."""
    with contextlib.suppress(Exception):
        nothing = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nothing, stream.fileno())
        os.close(nothing)


class Progress:
    """A bar on standard error, lines on standard output, and no trouble where one of them is closed."""

    def __init__(self, total: int):
        self._bar = None
        with contextlib.suppress(*BROKEN):
            self._bar = tqdm(total=total, unit="file", leave=False)

    def line(self, text: str) -> None:
        """One file more is done, and this is the line that says so."""
        with contextlib.suppress(*BROKEN):
            if self._bar is not None:
                self._bar.clear()
        say(text)
        with contextlib.suppress(*BROKEN):
            if self._bar is not None:
                self._bar.update()

    def __enter__(self) -> Progress:
        return self

    def __exit__(self, *_) -> None:
        with contextlib.suppress(*BROKEN):
            if self._bar is not None:
                self._bar.close()
