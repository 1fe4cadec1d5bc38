"""The grader's end of the line to a student's process: start it, call it, end it when it takes too much."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from typing import Any

from wta_np.grading.sandbox.kinds import Place
from wta_np.grading.sandbox.limits import TOO_MUCH_MEMORY
from wta_np.grading.sandbox.protocol import BadMessage, receive, send
from wta_np.grading.sandbox.replies import called, loaded, starting
from wta_np.grading.sandbox.waiting import innermost, waited

MARK = "WTA_NP_GRADE"  # in the environment of all processes of a student
MAX_PRINTED = 1 << 20  # bytes that a file may print in all
SHOWN = 600  # of them, those that are kept for the report
STARTING = 60.0  # seconds for Python and NumPy, before the student's time begins
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
        Seconds that one call may take, without those in which it waits for a core.
    ends : float
        When, by `time.monotonic`, all calls have to be over.
    memory : int
        MiB that the student's code may take beyond Python and NumPy.
    slow : str
        What to ask when a call takes too long.
    kind : {"bubblewrap", "kernel", "guard"}
        The sandbox, see `wta_np.grading.sandbox.kinds`.

    Attributes
    ----------
    functions : list of str
        Names that the file defines.
    own : list of str
        Functions that it defines itself, and methods of its classes.
    parameters : dict
        The parameters of its functions, by name.
    problem : dict or None
        Why it cannot be run, from `wta_np.grading.sandbox.child.problem`.
    refused : list of str
        What it tried and may not, in words.

    Raises
    ------
    Lost
        The process ended, or was ended, while the file was loaded.
    """

    def __init__(
        self,
        source: str,
        filename: str,
        call_time: Any,
        ends: Any,
        memory: Any,
        slow: str = "does a loop not end?",
        kind: str = "guard",
    ) -> None:
        self.call_time, self.memory, self.slow, self.kind = call_time, memory, slow, kind
        self.ends = ends + STARTING
        self.reason, self.refused, self.printed = None, [], b""
        self._printed_bytes, self._deadline, self._busy = 0, None, "the file"
        self._pid, self._waited = None, 0.0
        self._place = Place(kind)
        self._process = subprocess.Popen(
            self._place.command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=self._place.folder,
            env={**self._place.environment, MARK: self._mark()},
            start_new_session=True,
        )
        self._drained = threading.Thread(target=self._drain, daemon=True)
        self._watched = threading.Thread(target=self._watch, daemon=True)
        self._drained.start()
        self._watched.start()
        cpu = int(max(0, ends - time.monotonic()) + STARTING) + 5  # should the grader be gone
        start = {
            "source": source,
            "filename": filename,
            "memory": memory << 20,
            "cpu": cpu,
            **self._place.start,
        }
        try:
            self._begin()
            self._pid = innermost(self._process.pid)
            self.ends = ends
            reply = self._ask(start, call_time, loaded)
            if "hindrance" in reply:
                raise Lost(f"the sandbox {kind} could not be set up: {reply['hindrance']}")
        except BaseException:
            self.close()
            raise
        self.functions, self.problem = reply["functions"], reply["problem"]
        self.own, self.parameters = reply["own"], reply["parameters"]

    def _begin(self):
        """Wait until Python and NumPy are there; Lost with what the sandbox says if they do not come."""
        try:
            self._ask(None, STARTING, starting)
        except Lost as lost:
            self._drained.join(2)
            said = self.printed.decode(errors="replace").strip().splitlines()[-1:] or [str(lost)]
            raise Lost(f"the sandbox {self.kind} could not be started: {said[0][:300]}") from None

    def _mark(self):
        """Tells the processes of this student from all others."""
        self._token = f"{os.getpid()}-{id(self)}-{time.monotonic_ns()}"
        return self._token

    def call(self, name: Any, arguments: Any) -> Any:
        """The reply to ``name(*arguments)``: result, problem and changed, see `child.call`."""
        self._busy = name
        asked = {"call": name, "arguments": list(arguments)}
        return self._ask(asked, self.call_time, lambda reply: called(reply, len(arguments)))

    def _ask(self, message, seconds, check):
        """Send a message, unless it is None, and wait some seconds for a reply, which has to be as `check` says."""
        self.seconds = seconds
        self._waited = waited(self._pid) if self._pid else 0.0
        self._deadline = min(time.monotonic() + seconds, self.ends)
        reply = None
        try:
            if message is not None:
                send(self._process.stdin, message)
            reply = receive(self._process.stdout)
            if reply is not None:
                check(reply)
        except BadMessage as error:
            self._end(f"sent what is no answer ({error})")
            reply = None
        except (OSError, ValueError):  # the pipe is closed
            reply = None
        self._deadline = None
        if reply is None:
            raise Lost(self._why())
        self.refused = reply.get("refused", [])
        return reply

    def _why(self):
        """What ended the process, in words."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(1)
        self._end("ended")
        status = self._process.returncode
        if self.kind == "bubblewrap" and status is not None and status > 128:
            status = 128 - status  # as the shell does, bwrap says in this way that a signal ended what it ran
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
            if deadline is not None and time.monotonic() > min(deadline + self._delay(deadline), self.ends):
                words = f"ran for more than {self.seconds:g} s"
                if time.monotonic() > self.ends:
                    words = "ran until the time for the file was over"
                self._end(f"{words}: {self.slow}")
                return
            time.sleep(POLL)

    def _delay(self, deadline):
        """Seconds of this call in which the process waited for a core; looked at when its time would be over."""
        if self._pid is None or time.monotonic() <= deadline:
            return 0.0
        return waited(self._pid) - self._waited

    def _drain(self):
        """Read what the student's code prints, keep its beginning, and end it if there is no end."""
        while data := self._process.stderr.read1(1 << 16):
            self.printed = (self.printed + data)[:SHOWN]
            self._printed_bytes += len(data)
            if self._printed_bytes > MAX_PRINTED:
                self._end(f"printed more than {MAX_PRINTED >> 20} MiB")

    def close(self) -> None:
        """End the process, with all that it started, and remove its folder."""
        self._end("closed")
        self._process.wait()
        end_marked(self._token)
        self._drained.join(2)
        self._watched.join(2)
        pipes = [self._process.stdin, self._process.stdout]
        if (
            not self._drained.is_alive()
        ):  # else something still holds the other end, and closing would wait for it
            pipes.append(self._process.stderr)
        for pipe in pipes:
            with contextlib.suppress(OSError, ValueError):
                pipe.close()
        self._place.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


def end_marked(token: Any) -> None:
    """End what a student's process left running: of a sandbox of the kernel's nothing is, this is for the guard."""
    if not sys.platform.startswith("linux"):
        return
    mark = f"{MARK}={token}".encode()
    for pid in filter(str.isdecimal, os.listdir("/proc")):
        with contextlib.suppress(OSError):
            with open(f"/proc/{pid}/environ", "rb") as file:
                marked = mark in file.read(1 << 16).split(b"\0")
            if marked:
                os.kill(int(pid), signal.SIGKILL)
