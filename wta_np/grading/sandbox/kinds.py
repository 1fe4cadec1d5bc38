"""The sandboxes that there are, best first, and which of them holds on this machine.

bubblewrap
    Namespaces of the kernel, made by bubblewrap: Python, NumPy and an empty folder are all that there is.
kernel
    Landlock and seccomp, which the process asks of the kernel itself: other files cannot be opened, no process
    started, no socket made.
guard
    Hooks inside of Python, which hostile code can step around. They are on in the other sandboxes, too.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

import numpy as np

import wta_np
from wta_np.grading.sandbox import bubblewrap, kernel, seccomp
from wta_np.grading.sandbox.places import HERE, PROJECT, places, readable

PACKAGE = Path(wta_np.__file__).resolve().parent
KINDS = ("bubblewrap", "kernel", "guard")
PATIENCE = 60.0  # seconds for a first look whether a sandbox holds
ABOUT = {
    "bubblewrap": "bubblewrap: the code saw Python and NumPy alone, no other files, processes or network",
    "kernel": "kernel (Landlock, seccomp): the code could open no other files, start no process and reach no network",
    "guard": "guard: hooks inside of Python, which honest code respects; hostile code can step around them",
}


class SandboxError(OSError):
    """The sandbox that was asked for does not hold here."""


class Place:
    """Where one student's process runs: its command line, its environment and its folder.

    Parameters
    ----------
    kind : {"bubblewrap", "kernel", "guard"}
    script : str
        The file of this folder that runs there.

    Attributes
    ----------
    command, environment, folder
        For `subprocess.Popen`.
    start : dict
        What the process has to do to itself, see `wta_np.grading.sandbox.child.confine`.
    """

    def __init__(self, kind: str, script: str = "child.py") -> None:
        self.kind, self._temporary = kind, None
        self.start = {"readable": None, "filter": kind != "guard", "package": ""}
        if kind == "bubblewrap":
            self.command, self.folder = bubblewrap.command(script), "/"
            self.environment = bubblewrap.environment(_environment())
            return
        self._temporary = tempfile.mkdtemp(prefix="grade-")
        self.folder = self._temporary
        self.environment = {**_environment(), "HOME": self.folder, "TMPDIR": self.folder}
        site = str(Path(np.__file__).resolve().parents[1])
        self.command = [sys.executable, "-I", "-B", str(HERE / script), site]
        if kind == "kernel":
            self.start["readable"] = readable()
        else:
            self.start["package"] = str(PACKAGE)

    def close(self) -> None:
        """Remove the folder, also where the student's code took away the right to."""
        if self._temporary is None:
            return
        for folder, folders, _ in os.walk(self._temporary):
            for name in folders:
                path = os.path.join(folder, name)
                if not os.path.islink(path):
                    os.chmod(path, 0o700)
        shutil.rmtree(self._temporary, ignore_errors=True)
        self._temporary = None


def _environment():
    """What Python needs to start, one thread for every library, and nothing of the user's."""
    kept = ("PATH", "SYSTEMROOT", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")
    threads = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")
    return {
        **{name: os.environ[name] for name in kept if name in os.environ},
        **dict.fromkeys(threads, "1"),
        "MALLOC_ARENA_MAX": "2",  # each takes 64 MiB of addresses, of which a process may have few
    }


def choose(asked: str = "auto") -> str:
    """The sandbox to use.

    Parameters
    ----------
    asked : {"auto", "bubblewrap", "kernel", "guard"}
        ``auto`` is the best that holds here.

    Returns
    -------
    str
        One of `KINDS`.

    Raises
    ------
    ValueError
        There is no such sandbox.
    SandboxError
        It was asked for by name and does not hold here.
    """
    if asked not in ("auto", *KINDS):
        raise ValueError(f"there is no sandbox {asked!r}, expected auto, {', '.join(KINDS)}")
    if asked != "auto":
        fault = why_not(asked)
        if fault:
            raise SandboxError(f"the sandbox {asked} does not hold here: {fault}")
        return asked
    return next(kind for kind in KINDS if not why_not(kind))


@cache
def why_not(kind: str) -> str:
    """Why a sandbox does not hold on this machine; empty if it does. Looked at once, by trying to get out of it."""
    if kind == "guard":
        return ""
    if not sys.platform.startswith("linux"):
        return "it is for Linux"
    if kind == "bubblewrap" and bubblewrap.find() is None:
        return "bwrap is not installed (Debian: apt install bubblewrap)"
    if kind == "kernel" and not kernel.landlock_version():
        return "this kernel has no Landlock"
    if kind == "kernel" and not seccomp.possible():
        return "there is no list of system calls for this machine"
    try:
        return "; ".join(_probe(kind))
    except (OSError, ValueError, subprocess.SubprocessError) as error:
        return " ".join(str(error).split())[:300]


def _probe(kind):
    """What a process could do that a sandbox of this kind has to refuse, in words."""
    place = Place(kind, "probe.py")
    with (
        tempfile.TemporaryDirectory(prefix="grade-") as folder,
        socket.socket(type=socket.SOCK_DGRAM) as line,
    ):
        secret = Path(folder) / "secret"
        secret.write_text("before", encoding="utf-8")
        line.bind(("127.0.0.1", 0))
        line.setblocking(False)
        unseen = [PACKAGE, PACKAGE / "__init__.py"]
        if PACKAGE.parent not in {Path(p).parent for p in places().numpy}:
            unseen += [PROJECT / name for name in ("tests", "tutorials", ".git") if (PROJECT / name).exists()]
        task = {
            "secret": str(secret),
            "grader": os.getpid(),
            "unseen": [str(path) for path in unseen],
            "port": line.getsockname()[1],
            "own_processes": kind == "kernel",
            **place.start,
        }
        try:
            done = subprocess.run(
                place.command,
                input=json.dumps(task) + "\n",
                capture_output=True,
                text=True,
                errors="backslashreplace",
                timeout=PATIENCE,
                cwd=place.folder,
                env=place.environment,
                check=False,
            )
        finally:
            place.close()
        if done.returncode or not done.stdout.startswith("["):
            words = done.stderr.strip().splitlines()[-1:] or [f"exit status {done.returncode}"]
            return [f"it cannot be started ({words[0]})"]
        found = json.loads(done.stdout)
        if os.listdir(folder) != ["secret"] or secret.read_text(encoding="utf-8") != "before":
            found.append("other files were changed")
        try:
            line.recv(9)
            found.append("a datagram went out")
        except BlockingIOError:
            pass
        return found
