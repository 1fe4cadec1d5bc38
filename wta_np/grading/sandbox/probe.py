"""Tries, inside of a sandbox and before any student's code is run there, what a sandbox has to refuse.

Run as `child` is. It reads one line of JSON: what to try, and what `kernel` and `seccomp` are to do first; it prints
one line of JSON: what was possible and should not be.
"""

from __future__ import annotations

import contextlib
import functools
import importlib.util
import json
import os
import socket
import sys
from typing import Any


def _load(name):
    """A file that lies beside this one, without the package around it."""
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), name + ".py")
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def possible(what: str, try_it: Any) -> list:
    """[what] if it can be done, [] if the system refuses."""
    try:
        try_it()
    except OSError:
        return []
    return [what]


def read(path: Any) -> Any:
    """What a file holds, or a folder lists."""
    if os.path.isdir(path):
        return os.listdir(path)
    with open(path) as file:
        return file.read()


def write(path: Any, mode: Any) -> None:
    """A byte into a file."""
    with open(path, mode) as file:
        file.write("x")


def holes(task: Any) -> Any:
    """What can be done, in words."""
    secret, grader = task["secret"], task["grader"]
    found = []
    for path in (*task["unseen"], secret):
        found += possible(f"reading {path}", functools.partial(read, path))
    found += possible("writing other files", lambda: write(secret, "a"))
    found += possible("new files in other folders", lambda: write(secret + ".new", "x"))
    found += possible("removing other files", lambda: os.unlink(secret))
    found += possible("rights of other files", lambda: os.chmod(secret, 0o666))
    with contextlib.suppress(OSError):  # who sends a datagram does not know whether it came: the grader does
        send(task["port"])
    if os.path.exists(f"/proc/{grader}/cmdline"):
        found += possible("seeing the grader", lambda: read(f"/proc/{grader}/cmdline"))
    if task["own_processes"]:  # in a namespace of its own the number may be that of another
        found += possible("a signal to the grader", lambda: os.kill(grader, 0))
    return found


def send(port: Any) -> None:
    """Send a datagram to the grader."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
        line.sendto(b"out", ("127.0.0.1", port))


if __name__ == "__main__":
    task = json.loads(sys.stdin.readline())
    sys.path.append(sys.argv[1])
    import numpy  # noqa: F401  a sandbox without it is none

    kernel, seccomp = _load("kernel"), _load("seccomp")  # before they can be read no more
    hindrance = []
    if task["readable"] is not None and not kernel.landlock(task["readable"], [os.getcwd()]):
        hindrance = ["Landlock does not hold"]
    elif task["readable"] is not None and not (kernel.drop_capabilities() and seccomp.install()):
        hindrance = ["seccomp does not hold"]
    print(json.dumps(hindrance or holes(task)), flush=True)
