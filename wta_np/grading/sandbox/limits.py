"""What a student's code may not do while it is graded, and how much of the machine it may take.

It may not import wta_np or read its files, start processes, send signals, open connections or load
libraries, and may import nothing but NumPy and the standard library. This keeps honest work honest and a
slip from taking the machine along; it is no prison for hostile code, for which there are containers.

This file knows nothing of wta_np: the student's process loads it by its path.
"""

from __future__ import annotations

import os
import sys
import threading
import time

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
    "socket.bind": "open a connection",
    "ctypes.dlopen": "load a library",
    "ctypes.dlsym": "load a library",
}


class Refused(RuntimeError):
    """The student's code tried what it may not."""


def refuse(what):
    """Note what was tried, and stop it."""
    if what not in REFUSED:
        REFUSED.append(what)
    raise Refused(what)


class _OnlyNumpy:
    """An import hook that knows no module, and refuses those that are neither NumPy's nor Python's."""

    def find_spec(self, name, path=None, target=None):
        top = name.partition(".")[0]
        if top == "wta_np":
            refuse("import wta_np")
        if top != "numpy" and top not in sys.stdlib_module_names:
            raise ImportError(f"{top} is not to be imported here: use NumPy and the standard library alone")
        return None


def watch(package):
    """Refuse from now on what is listed above; `package` is the folder of wta_np."""
    inside = os.path.join(os.path.realpath(package), "")

    def hook(event, arguments):
        if event in _EVENTS:
            refuse(_EVENTS[event])
        if event == "open" and isinstance(arguments[0], (str, bytes, os.PathLike)):
            path = os.path.realpath(os.fsdecode(arguments[0]))
            if path.startswith(inside):
                refuse("read the files of wta_np")

    sys.addaudithook(hook)
    sys.meta_path.insert(0, _OnlyNumpy())
    try:
        import _posixsubprocess
    except ImportError:  # Windows
        return
    _posixsubprocess.fork_exec = lambda *_: refuse(_PROCESS)  # the one that makes no audit event


def limit(memory, cpu):
    """Set what the system can enforce: bytes of memory beyond today's, seconds of processor, files, processes."""
    if resource is None:
        return
    total = memory + _address_space()
    if sys.platform == "darwin" or not _set("RLIMIT_AS", total):  # macOS takes this limit and forgets it
        threading.Thread(target=watch_memory, args=(total,), daemon=True).start()
    _set("RLIMIT_CPU", cpu)
    _set("RLIMIT_FSIZE", 1 << 20)
    _set("RLIMIT_CORE", 0)
    if sys.platform.startswith("linux"):
        _set("RLIMIT_NPROC", 0)  # counts threads, too; not enforced for root


def watch_memory(total, pause=0.02):
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
