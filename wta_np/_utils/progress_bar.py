"""A progress bar where somebody watches, a few lines where the output is a log, nothing where that is asked for."""

from __future__ import annotations

import importlib.util
import os
import sys
from contextlib import suppress
from typing import Any

from tqdm import tqdm

from wta_np._utils.system import can_start_threads

NO = ("", "0", "false", "no", "off")  # values of TQDM_DISABLE that disable nothing
MOST_LINES = 100  # of one bar, in a log
PLURALS = {"B": "bytes", "patch": "patches"}  # of units that do not take an s


def progress_bar(
    total: int | None,
    *,
    show: bool = True,
    desc: str = "",
    unit: str = "step",
    initial: int = 0,
    **options: Any,
) -> Any:
    """A progress bar on standard error, to be used as a context manager.

    In a terminal or notebook it is a bar of tqdm. Elsewhere, as in a log file, it is a line for each text that
    `set_postfix_str` is given, such as one for each epoch, or one line at the end. It is silent if `show` is
    False, if there is no standard error, or if the environment variable TQDM_DISABLE is set.

    Parameters
    ----------
    total : int or None
        Units of work, of which `initial` are done; None if that is not known.
    show : bool
        Whether to show anything.
    desc, unit : str
        What is counted, and in what.
    **options
        Further options of `tqdm.tqdm`, which a log does without.

    Returns
    -------
    tqdm.tqdm or LogLines
        With the methods ``update``, ``set_description`` and ``set_postfix_str``.
    """
    watched = in_notebook() or _is_terminal(sys.stderr)
    silent = not show or sys.stderr is None or is_disabled()
    if not watched and not silent:
        return LogLines(total, initial, desc, unit)
    kind = tqdm if silent else _tqdm_class()
    if not can_start_threads():
        kind.monitor_interval = 0  # else tqdm warns that its watching thread cannot start
    return kind(total=total, initial=initial, desc=desc or None, unit=unit, disable=silent, **options)


class LogLines:
    """What stands for a bar in a log: few whole lines, and an error in printing them ends nothing."""

    def __init__(self, total: int | None, initial: int, desc: str, unit: str) -> None:
        self.total, self.n, self.desc, self.unit = total, initial, desc, unit
        self.last = None  # at which count the last line was printed

    def update(self, n: int = 1) -> None:
        """Count `n` more units of work."""
        self.n += n

    def set_description(self, desc: str) -> None:
        """Name the work of the lines to come."""
        self.desc = desc

    def set_postfix_str(self, text: str) -> None:
        """Print a line with this text, unless the last one is too recent."""
        total = self.total or 0
        if self.last is None or self.n - self.last >= total / MOST_LINES or self.n >= total:
            self._print(f"{self.desc}: {text}")

    def _print(self, line: str) -> None:
        self.last = self.n
        with suppress(OSError, ValueError):  # a full disk, or a closed file
            print(line, file=sys.stderr, flush=True)

    def __enter__(self) -> LogLines:
        return self

    def __exit__(self, kind: Any, *_: Any) -> None:
        """Without a line so far, print how much was done."""
        if kind is None and self.last is None and self.n:
            units = PLURALS.get(self.unit, f"{self.unit}s")
            of = f"{100 * self.n // self.total}%, {self.n}/{self.total}" if self.total else self.n
            self._print(f"{self.desc}: {of} {units}")


def is_disabled() -> bool:
    """Whether tqdm's own switch, the environment variable TQDM_DISABLE, is on."""
    return os.environ.get("TQDM_DISABLE", "").strip().lower() not in NO


def in_notebook() -> bool:
    """Whether this code runs in the kernel of a notebook."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if hasattr(ipython, "get_ipython") else None
    return hasattr(shell, "kernel")


def _is_terminal(stream: Any) -> bool:
    with suppress(AttributeError, ValueError):  # no stream, or a closed one
        return bool(stream.isatty())
    return False


def _tqdm_class() -> Any:
    """tqdm's bar of widgets in a notebook that has them, its bar of text otherwise.

    `tqdm.auto` would choose the widgets in every notebook, and warn where ipywidgets is not installed.
    """
    if in_notebook() and importlib.util.find_spec("ipywidgets") is not None:
        from tqdm.notebook import tqdm as bar_of_widgets

        return bar_of_widgets
    return tqdm
