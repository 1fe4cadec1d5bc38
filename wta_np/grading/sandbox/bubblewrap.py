"""A student's process inside bubblewrap: the kernel shows it Python, NumPy and an empty folder, and nothing else.

bubblewrap (``apt install bubblewrap``) needs no rights: it makes namespaces of the kernel in which there is no
network, no other process, and a file system of which only `places` can be read. Files that the student's code writes
live in memory and are gone with the process.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from wta_np.grading.sandbox.places import CHILD_FILES, HERE, places

FOLDER = 64 << 20  # bytes of the student's own folder, and of /dev/shm
DEVICES = ("null", "zero", "full", "random", "urandom")
PYTHON_FLAGS = ("-I", "-S", "-B")  # no site-packages, and nothing of the user's
GRADER, OWN = "/grader", "/tmp"  # where things stand inside


def find() -> str | None:
    """The path of bwrap; None if it is not installed."""
    return shutil.which("bwrap")


def command(script: str) -> list[str]:
    """The command line that runs a file of this folder inside of bubblewrap, with the arguments that `child` takes."""
    shown = places()
    bound = [("--ro-bind", path, path) for path in shown.shown]
    site = str(Path(shown.numpy[0]).parent)
    hidden = [("--tmpfs", path) for path in dict.fromkeys((*shown.hidden, site))]
    hidden += [
        ("--ro-bind", path, path) for path in shown.numpy
    ]  # where it was: its libraries are found from there
    hidden += [("--remount-ro", path) for path in dict.fromkeys((*shown.hidden, site))]
    bound += [("--ro-bind", str(HERE / name), f"{GRADER}/{name}") for name in CHILD_FILES]
    devices = [("--dev-bind", f"/dev/{name}", f"/dev/{name}") for name in DEVICES]
    options = [
        ("--unshare-all", "--die-with-parent", "--new-session"),
        ("--unshare-user", "--uid", "1000", "--gid", "1000", "--cap-drop", "ALL", "--hostname", "grader"),
        ("--size", str(FOLDER), "--tmpfs", OWN),  # first: Python and NumPy may lie in it
        *bound,
        *[("--symlink", target, path) for target, path in shown.links],
        *hidden,
        ("--proc", "/proc"),
        ("--size", str(1 << 20), "--tmpfs", "/dev", *[word for device in devices for word in device]),
        ("--size", str(FOLDER), "--tmpfs", "/dev/shm", "--remount-ro", "/dev"),
        ("--remount-ro", "/", "--chdir", OWN),
    ]
    python = [shown.python, *PYTHON_FLAGS, f"{GRADER}/{script}", site]
    return [find() or "bwrap", *[word for option in options for word in option], "--", *python]


def environment(kept: dict[str, str]) -> dict[str, str]:
    """What the process finds in its environment: `kept`, with a home and a temporary folder of its own."""
    return {**kept, "PATH": "/usr/bin", "HOME": OWN, "TMPDIR": OWN}
