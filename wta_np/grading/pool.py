"""Files judged side by side, each by a worker of its own that is ended when it takes too long."""

from __future__ import annotations

import contextlib
import json
import os
import queue
import signal
import subprocess
import sys
import tempfile
import threading
from collections import deque
from collections.abc import Iterator
from typing import Any

from wta_np.grading.collect import Found
from wta_np.grading.grader import Report, thorough
from wta_np.grading.sandbox.process import STARTING

SLACK = (
    60.0  # seconds beyond those of a file: for Python and the laws themselves, which are not the student's
)
STARTER = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[1]); from wta_np.grading.worker import main; main()"
)


def cores() -> int:
    """The cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def judge_all(
    found: list[Found], *, exercise: Any, seed: Any = None, time: Any, memory: Any, sandbox: Any, jobs: int
) -> Iterator[tuple[int, Report]]:
    """Reports as they come, each with its place in the list.

    Parameters
    ----------
    found : list of Found
    exercise : int or None
        The number, or None where names of files say it.
    seed : int or None
        Of the variant, or None where names of files say it, if any.
    time, memory : float, int
        Seconds and MiB that each file may take.
    sandbox : {"bubblewrap", "kernel", "guard"}
    jobs : int
        How many files are judged at once.

    Yields
    ------
    (int, Report)
        The report's name is the file's within its folder.
    """
    waiting, done, stop = deque(enumerate(found)), queue.SimpleQueue(), threading.Event()
    settings = thorough()
    options = {
        "exercise": exercise,
        "seed": seed,
        "time": time,
        "memory": memory,
        "sandbox": sandbox,
        "examples": settings.max_examples,
        "phases": [phase.name for phase in settings.phases],
    }
    # The only folder that the workers and all that they start leave anything in
    with tempfile.TemporaryDirectory(prefix="grade-", ignore_cleanup_errors=True) as folder:
        workers = [Worker(folder) for _ in range(max(1, min(jobs, len(found))))]

        def work(worker):
            while not stop.is_set():
                try:
                    place, one = waiting.popleft()
                except IndexError:
                    break
                done.put((place, worker.judge(one, options)))
            worker.end()

        threads = [threading.Thread(target=work, args=(worker,), daemon=True) for worker in workers]
        try:
            for thread in threads:
                thread.start()
            for _ in found:
                yield done.get()
        finally:  # also at Ctrl-C, and where the reports are not wanted any more
            stop.set()
            for worker in workers:
                worker.kill()
            for thread in threads:
                if thread.ident is not None:
                    thread.join()


class Worker:
    """A process that judges files, started when there is one to judge, and again when it had to be ended."""

    def __init__(self, folder: Any) -> None:
        self._folder, self._process, self._ended = folder, None, False

    def judge(self, one: Found, options: dict) -> Report:
        """The report of one file, whatever becomes of the process."""
        if one.problem:
            return Report(one.name, problem=one.problem)
        limit = options["time"] + STARTING + SLACK
        late = threading.Event()
        process = self._start()
        timer = threading.Timer(limit, lambda: (late.set(), _kill(process)))
        timer.start()
        try:
            request = {"path": os.fsencode(os.path.abspath(one.path)).hex(), **options}
            process.stdin.write(json.dumps(request).encode() + b"\n")
            process.stdin.flush()
            report = Report.from_dict(json.loads(process.stdout.readline()))
        except (OSError, ValueError, KeyError, TypeError):
            self._drop()
            why = (
                f"took more than {limit:g} s" if late.is_set() else f"ended with status {process.returncode}"
            )
            report = Report("", problem=f"it could not be judged: the process that judged it {why}")
        finally:
            timer.cancel()
        report.name = one.name
        report.notes += [one.note] * bool(one.note)
        return report

    def _start(self):
        if self._process is None:
            self._process = subprocess.Popen(
                [
                    sys.executable,
                    "-I",
                    "-c",
                    STARTER,
                    json.dumps([os.path.abspath(p) for p in sys.path if p]),
                ],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                cwd=self._folder,
                env={
                    **os.environ,
                    "TMPDIR": self._folder,
                    "OPENBLAS_NUM_THREADS": "1",
                    "OMP_NUM_THREADS": "1",
                },
                start_new_session=True,  # Ctrl-C is for the grader alone, which ends this one
            )
            if self._ended:  # meanwhile
                _kill(self._process)
        return self._process

    def kill(self) -> None:
        """End the process, now; what waits for it gets nothing more."""
        self._ended = True
        if self._process is not None:
            _kill(self._process)

    def end(self) -> None:
        """End the process and wait for it."""
        self.kill()
        self._drop()

    def _drop(self):
        """Have done with a process that ends or has ended."""
        process, self._process = self._process, None
        if process is not None:
            _kill(process)
            process.wait()
            for pipe in (process.stdin, process.stdout):
                with contextlib.suppress(OSError):
                    pipe.close()


def _kill(process):
    """End a worker; what it started dies with it."""
    with contextlib.suppress(OSError, AttributeError):
        os.killpg(process.pid, signal.SIGKILL)
    with contextlib.suppress(OSError):
        process.kill()
