"""What a student's code may not do while it is graded, and how much of the machine it may take.

It may not import wta_np or read its files, start processes, send signals, open connections or load
libraries, and may import nothing but NumPy and the standard library. This names a slip in one sentence and keeps
it from taking the machine along. It is no prison for hostile code: that is what a sandbox of the kernel's is for.

This file knows nothing of wta_np: the student's process loads it by its path.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from typing import Any

try:
    import resource
except ImportError:  # Windows
    resource = None

TOO_MUCH_MEMORY = 77  # exit status of a process that ended itself
REFUSED: list[str] = []  # what was tried, in words, each once

_PROCESS = "start another process"
_EVENTS = {
    "os.fork": _PROCESS,
    "os.forkpty": _PROCESS,
    "os.posix_spawn": _PROCESS,
    "os.spawn": _PROCESS,
    "os.exec": _PROCESS,
    "os.system": _PROCESS,
    "os.startfile": _PROCESS,
    "subprocess.Popen": _PROCESS,
    "os.kill": "send a signal to a process",
    "os.killpg": "send a signal to a process",
    "socket.connect": "open a connection",
    "socket.sendto": "open a connection",
    "socket.sendmsg": "open a connection",
    "socket.getaddrinfo": "open a connection",
    "socket.gethostbyname": "open a connection",
    "socket.gethostbyaddr": "open a connection",
    "socket.bind": "open a connection",
    "ctypes.dlopen": "load a library",
    "ctypes.dlsym": "load a library",
}


class Refused(PermissionError):
    """The student's code tried what it may not."""


def refuse(what: str) -> None:
    """Note what was tried, and stop it."""
    if what not in REFUSED:
        REFUSED.append(what)
    raise Refused(what)


class _OnlyNumpy:
    """An import hook that knows no module, and refuses those that are neither NumPy's nor Python's."""

    def __init__(self, names=sys.stdlib_module_names):
        self._names = names

    def find_spec(self, name, path=None, target=None, refuse=refuse):
        top = name.partition(".")[0]
        if top == "wta_np":
            refuse("import wta_np")
        # the data of sysconfig, on which numpy.testing relies, is named after the machine, and in no list
        if top != "numpy" and top not in self._names and not top.startswith("_sysconfigdata"):
            raise ModuleNotFoundError(
                f"{top} is not to be imported here: use NumPy and the standard library alone", name=name
            )
        return None


def watch(package: Any) -> None:
    """Refuse from now on what is listed above; `package` is the folder of wta_np, or empty where it is not shown.

    What the hook needs is its own: names of this module can be given other values by the code that is watched.
    """
    inside = os.path.join(os.path.realpath(package), "") if package else None
    events, no, real, decoded, separator = dict(_EVENTS), refuse, os.path.realpath, os.fsdecode, os.sep
    solutions = (
        "/wta_np/grading/solutions/",
        "/tests/exercises/solutions/",
    )  # of an installation, of a clone

    def hook(event, arguments):
        if event in events:
            no(events[event])
        named = inside and event == "open" and isinstance(arguments[0], (str, bytes, os.PathLike))
        if not named:
            return
        path = real(decoded(arguments[0]))
        if path.startswith(inside):
            no("read the files of wta_np")
        if any(folder in path.replace(separator, "/") for folder in solutions):
            no("read the model solutions")

    sys.addaudithook(hook)
    sys.meta_path.insert(0, _OnlyNumpy())
    try:
        import _posixsubprocess
    except ImportError:  # Windows
        return
    _posixsubprocess.fork_exec = lambda *_: no(_PROCESS)  # the one that makes no audit event


def limit(memory: Any, cpu: Any) -> None:
    """Set what the system can enforce: bytes of memory beyond today's, seconds of processor, size of files."""
    if resource is None:
        return
    total = memory + _address_space()
    if sys.platform == "darwin" or not _set("RLIMIT_AS", total):  # macOS takes this limit and forgets it
        threading.Thread(target=watch_memory, args=(total,), daemon=True).start()
    _set("RLIMIT_CPU", cpu)
    _set("RLIMIT_FSIZE", 1 << 20)
    _set("RLIMIT_CORE", 0)
    _set("RLIMIT_NOFILE", 256)


def limit_processes(more: int = 256) -> None:
    """Let the user of this process have so many more processes and threads, where the kernel has no other limit.

    The limit counts all that the user runs, so that a small one would refuse threads to one user and not to another.
    """
    if not sys.platform.startswith("linux"):
        return
    mine, count = os.getuid(), 0
    for pid in filter(str.isdecimal, os.listdir("/proc")):
        try:
            if os.stat(f"/proc/{pid}").st_uid == mine:
                count += len(os.listdir(f"/proc/{pid}/task"))
        except OSError:  # it has ended
            continue
    _set("RLIMIT_NPROC", count + more)


def watch_memory(total: Any, pause: float = 0.02) -> None:
    """End this process once it holds more than `total` bytes: for systems that have no such limit."""
    unit = 1 if sys.platform == "darwin" else 1024
    while resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit <= total:
        time.sleep(pause)
    os._exit(TOO_MUCH_MEMORY)


def _address_space():
    """Bytes of addresses that Python and NumPy have taken so far."""
    try:
        with open("/proc/self/statm") as file:
            return int(file.read().split()[0]) * resource.getpagesize()
    except OSError:
        return 1 << 28


def _set(name, value):
    """Set one limit, no higher than it was; False where the system does not have it."""
    try:
        which = getattr(resource, name)
        hard = resource.getrlimit(which)[1]
        value = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(which, (value, value))
    except (AttributeError, ValueError, OSError):
        return False
    return True
