"""Ctrl-C that waits for the end of a step."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from wta_np.distributed.training import Stop


class StopRequest(Stop):
    """Whether a signal asked to stop, and which, see `stop_on_signals`."""


@contextmanager
def stop_on_signals() -> Iterator[StopRequest]:
    """Turn the first Ctrl-C (SIGINT, and SIGTERM) into a request; the second one interrupts at once.

    An interrupt in the middle of a step would leave some parameters updated and others not. Outside the
    main thread, where Python handles no signals, nothing changes. A signal that this process ignores, as one
    started with nohup or in the background of a script does, stays ignored.

    Yields
    ------
    StopRequest
    """
    request = StopRequest()
    if threading.current_thread() is not threading.main_thread():
        yield request
        return

    def handler(signum, frame):
        if request.requested:
            raise KeyboardInterrupt
        request.requested = True
        request.signal_name = "Ctrl-C" if signum == signal.SIGINT else signal.Signals(signum).name

    heeded = [s for s in (signal.SIGINT, signal.SIGTERM) if signal.getsignal(s) is not signal.SIG_IGN]
    previous = {}
    with suppress(OSError, ValueError, RuntimeError):  # where there are no signals, none ends the training
        for signum in heeded:
            previous[signum] = signal.signal(signum, handler)
    try:
        yield request
    finally:
        for signum, old in previous.items():
            signal.signal(signum, old if old is not None else signal.SIG_DFL)
