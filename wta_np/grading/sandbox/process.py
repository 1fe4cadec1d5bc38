"""The grader's end of the line to a student's process: start it, call it, end it when it takes too much."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import numpy as np

import wta_np
from wta_np.grading.sandbox.limits import TOO_MUCH_MEMORY
from wta_np.grading.sandbox.protocol import BadMessage, receive, send

HERE = Path(__file__).resolve().parent
PACKAGE = Path(wta_np.__file__).resolve().parent  # none of its files may be opened by the student
MAX_PRINTED = 1 << 20  # bytes that a file may print in all
SHOWN = 600  # of them, those that are kept for the report
STARTING = 20.0  # seconds for Python and NumPy, before the student's time begins
POLL = 0.02  # seconds between two looks at the clock


class StudentError(AssertionError):
    """The student's code raised an exception; the message is for the student, `complete` if it needs no example."""

    complete = False


class Hopeless(BaseException):
    """No other input would fare better. No Exception, so that hypothesis does not look for a smaller one."""


class Lost(Hopeless):
    """The student's process is gone."""


class Student:
    """A process that holds one student's file and answers calls of its functions.

    Parameters
    ----------
    source : str
        The text of the file.
    filename : str
        Its name, for messages.
    call_time : float
        Seconds that one call may take.
    ends : float
        When, by `time.monotonic`, all calls have to be over.
    memory : int
        MiB that the student's code may take beyond Python and NumPy.
    slow : str
        What to ask when a call takes too long.

    Attributes
    ----------
    functions : list of str
        Names that the file defines.
    problem : dict or None
        Why it cannot be run, from `wta_np.grading.sandbox.child.problem`.
    refused : list of str
        What it tried and may not, in words.

    Raises
    ------
    Lost
        The process ended, or was ended, while the file was loaded.
    """

    def __init__(self, source, filename, call_time, ends, memory, slow="does a loop not end?"):
        self.call_time, self.memory, self.slow = call_time, memory, slow
        self.ends = ends + STARTING
        self.reason, self.refused, self.printed = None, [], b""
        self._printed_bytes, self._deadline, self._busy = 0, None, "the file"
        self._folder = tempfile.TemporaryDirectory(prefix="grade-", ignore_cleanup_errors=True)
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-B", HERE / "child.py", Path(np.__file__).parents[1], PACKAGE],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=self._folder.name,
            env=_environment(self._folder.name),
            start_new_session=True,
        )
        self._threads = [threading.Thread(target=f, daemon=True) for f in (self._drain, self._watch)]
        for thread in self._threads:
            thread.start()
        cpu = int(max(0, ends - time.monotonic()) + STARTING) + 5  # should the grader be gone
        start = {"source": source, "filename": filename, "memory": memory << 20, "cpu": cpu}
        try:
            self._ask(None, STARTING)
            self.ends = ends
            reply = self._ask(start, call_time)
        except Lost:
            self.close()
            raise
        self.functions, self.problem = reply["functions"], reply["problem"]

    def call(self, name, arguments):
        """The reply to ``name(*arguments)``: result, problem and changed, see `child.call`."""
        self._busy = name
        return self._ask({"call": name, "arguments": list(arguments)}, self.call_time)

    def _ask(self, message, seconds):
        """Send a message, unless it is None, and wait for a reply: at most so many seconds."""
        self.seconds = seconds
        self._deadline = min(time.monotonic() + seconds, self.ends)
        try:
            if message is not None:
                send(self._process.stdin, message)
            reply = receive(self._process.stdout)
        except BadMessage as error:
            self._end(f"sent what is no answer ({error})")
            reply = None
        except (OSError, ValueError):  # the pipe is closed
            reply = None
        self._deadline = None
        if not isinstance(reply, dict):
            raise Lost(self._why())
        self.refused = reply.get("refused", [])
        return reply

    def _why(self):
        """What ended the process, in words."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(1)
        self._end("ended")
        status = self._process.returncode
        if self.reason != "ended":
            return f"{self._busy} {self.reason}"
        if status == TOO_MUCH_MEMORY:
            return f"{self._busy} took more than {self.memory} MiB of memory"
        if status == 0 or status is None:
            return f"{self._busy} ended the process: nothing was returned"
        if status < 0:
            return f"{self._busy} crashed Python (signal {-status})"
        return f"{self._busy} ended the process with exit status {status}"

    def _end(self, reason):
        """Kill the process and all that it started; the first reason stays."""
        self.reason = self.reason or reason
        with contextlib.suppress(OSError, AttributeError):
            os.killpg(self._process.pid, signal.SIGKILL)
        with contextlib.suppress(OSError):
            self._process.kill()

    def _watch(self):
        """End a call that takes too long."""
        while self._process.poll() is None:
            deadline = self._deadline
            if deadline is not None and time.monotonic() > deadline:
                words = f"ran for more than {self.seconds:g} s"
                if time.monotonic() > self.ends:
                    words = "ran until the time for the file was over"
                self._end(f"{words}: {self.slow}")
                return
            time.sleep(POLL)

    def _drain(self):
        """Read what the student's code prints, keep its beginning, and end it if there is no end."""
        while data := self._process.stderr.read1(1 << 16):
            self.printed = (self.printed + data)[:SHOWN]
            self._printed_bytes += len(data)
            if self._printed_bytes > MAX_PRINTED:
                self._end(f"printed more than {MAX_PRINTED >> 20} MiB")

    def close(self):
        """End the process and remove its folder."""
        self._end("closed")
        self._process.wait()
        for thread in self._threads:
            thread.join(2)
        for pipe in (self._process.stdin, self._process.stdout, self._process.stderr):
            with contextlib.suppress(OSError):
                pipe.close()
        self._folder.cleanup()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


def _environment(folder):
    """What Python needs to start, one thread for every library, and nothing of the user's."""
    kept = ("PATH", "SYSTEMROOT", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")
    threads = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")
    return {
        **{name: os.environ[name] for name in kept if name in os.environ},
        **dict.fromkeys(threads, "1"),
        "HOME": folder,
    }
