"""The part of the machine that Python and NumPy need to run, and nothing else: what a sandbox shows.

Student's code sees the interpreter, its standard library, the system's shared libraries, NumPy, and the few files
of this folder that run in its process. Folders of installed packages inside of these are hidden, so that neither
wta_np nor other people's work can be read.
"""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent
PROJECT = HERE.parents[2]  # the folder that holds wta_np: of packages, or of a clone
MANY = 20  # libraries beside Python, as conda has them: their folder is shown instead of each
CHILD_FILES = ("child.py", "protocol.py", "limits.py", "kernel.py", "seccomp.py", "probe.py")
LIBRARIES = (
    "/lib",
    "/lib32",
    "/lib64",
    "/usr/lib",
    "/usr/lib32",
    "/usr/lib64",
    "/usr/local/lib",
    "/nix/store",
)
PACKAGES = ("site-packages", "dist-packages")
LOADER = (
    "/etc/ld.so.cache",
    "/etc/ld.so.conf",
    "/etc/ld.so.conf.d",
    "/etc/alternatives",
    "/etc/localtime",
    "/usr/share/zoneinfo",
)


@dataclass(frozen=True)
class Places:
    """What is shown.

    Attributes
    ----------
    python : str
        The interpreter itself, not the link of a virtual environment.
    shown : tuple of str
        Folders and files that can be read, under their own names.
    hidden : tuple of str
        Folders inside of these that cannot.
    links : tuple of (str, str)
        Links of the system, such as /lib -> usr/lib, and where they lead.
    numpy : tuple of str
        NumPy's folders, its own and that of its libraries.
    """

    python: str
    shown: tuple
    hidden: tuple
    links: tuple
    numpy: tuple


@lru_cache(maxsize=1)
def places() -> Places:
    """What this Python and this NumPy need; found once."""
    python = os.path.realpath(getattr(sys, "_base_executable", None) or sys.executable)
    stdlib = [os.path.dirname(os.__file__), *(path for path in sys.path if path.endswith("lib-dynload"))]
    wanted = [python, *stdlib, *_interpreter_libraries(), *LOADER]
    links, shown = [], []
    for path in LIBRARIES:
        if os.path.islink(path):
            links.append((os.readlink(path), path))
        elif os.path.isdir(path):
            shown.append(path)
    for path in wanted:
        if os.path.exists(path) and not _inside(path, shown):
            shown.append(os.path.normpath(path))
    site = Path(np.__file__).resolve().parents[1]
    numpy = [str(site / name) for name in ("numpy", "numpy.libs") if (site / name).is_dir()]
    hidden = _packages(shown)
    if _inside(PROJECT, shown) and not _inside(PROJECT, hidden):
        hidden.append(str(PROJECT))
    return Places(python, tuple(shown), tuple(hidden), tuple(links), tuple(numpy))


def readable() -> list[str]:
    """`places` as folders and files that may be read wholly: those with something hidden in them in parts."""
    found = places()
    return [part for path in found.shown for part in _parts(path, found.hidden)] + list(found.numpy)


def _parts(path, hidden):
    if path in hidden:
        return []
    if not any(folder.startswith(path + os.sep) for folder in hidden):
        return [path]
    return [part for entry in os.scandir(path) for part in _parts(entry.path, hidden)]


def _inside(path, folders):
    real = os.path.realpath(path)
    return any(real == folder or real.startswith(folder + os.sep) for folder in folders)


def _interpreter_libraries():
    """libpython and its like, where they lie outside of the system's folders."""
    folder = os.path.join(sys.base_prefix, "lib")
    if not os.path.isdir(folder):
        return []
    libraries = [entry.path for entry in os.scandir(folder) if ".so" in entry.name]
    return [folder] if len(libraries) > MANY else libraries


def _packages(shown):
    """Folders of installed packages in what is shown, found at the places where Pythons keep them."""
    found = set()
    for top in shown:
        found.update(str(path) for name in PACKAGES for path in _find(top, name))
    return sorted(path for path in found if not any(path.startswith(other + os.sep) for other in found))


def _find(top, name):
    """Folders of this name in `top`, in its Pythons and in theirs."""
    patterns = (name, f"python*/{name}", f"pypy*/{name}", f"*/python*/{name}")
    return [path for pattern in patterns for path in Path(top).glob(pattern) if path.is_dir()]
