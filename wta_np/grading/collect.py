"""What of a folder is a submission, and what is not and why: nothing that is handed in vanishes without a word."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

from wta_np.grading.source import MAX_NOTEBOOK, kind_of, read_bytes
from wta_np.grading.visible import visible_path

ENDINGS = (".py", ".ipynb")


@dataclass
class Found:
    """One entry of the class: its path, its name within the folder as it is shown, and why it cannot be judged."""

    path: Path
    name: str
    problem: str = ""
    note: str = ""


def submissions(folder: str | os.PathLike) -> tuple[list[Found], list[str]]:
    """Files of Python and notebooks in a folder and its folders.

    Parameters
    ----------
    folder : str or path
        Folders in it whose names begin with a dot or two underscores are left out, as tools make them. How
        the folder itself and those above it are called does not matter.

    Returns
    -------
    found : list of Found
        In the order of their names; what is not a file, a link for instance, with its `problem`.
    others : list of str
        Names of other files, which are not judged.

    Raises
    ------
    OSError
        The folder itself cannot be listed.
    """
    top = os.fspath(folder)
    os.listdir(top)
    found, others, named = [], [], []

    def unreadable(error):
        found.append(
            Found(Path(error.filename), _name(error.filename, top), f"cannot be listed: {error.strerror}")
        )

    for place, folders, files in os.walk(top, onerror=unreadable):
        folders[:] = sorted(name for name in folders if not _of_tools(name))
        for name in [n for n in folders if os.path.islink(os.path.join(place, n))]:
            path = os.path.join(place, name)
            words = "is a link to a folder, which is not followed: put the folder itself here"
            found.append(Found(Path(path), _name(path, top), words))
        named.extend(os.path.join(place, name) for name in folders if _ending(name) in ENDINGS)
        for name in files:
            path = os.path.join(place, name)
            if name.startswith(".") or (name.startswith("__") and name.endswith("__.py")):
                continue
            if _ending(name) in ENDINGS:
                found.append(Found(Path(path), _name(path, top), _hindrance(path)))
            else:
                others.append(_name(path, top))
    for (
        path
    ) in named:  # a folder by the name of a file: what is in it is judged, and it is named if nothing is
        if not os.path.islink(path) and not any(str(one.path).startswith(path + os.sep) for one in found):
            found.append(Found(Path(path), _name(path, top), "is a folder, expected a file"))
    found.sort(key=lambda one: one.name)
    _mark_copies(found)
    return found, sorted(others)


def _name(path, top):
    return visible_path(Path(os.path.relpath(path, top)).as_posix())


def _ending(name):
    return os.path.splitext(name)[1].lower()


def _of_tools(name):
    return name.startswith((".", "__"))


def _hindrance(path):
    """Why a thing in a folder cannot be judged, without opening it; empty for a file."""
    try:
        kind = kind_of(os.lstat(path))
    except OSError as error:
        return f"cannot be looked at: {error.strerror}"
    if kind == "a link":
        return "is a link, expected a file: hand in the file itself"
    return f"is {kind}, expected a file" if kind else ""


def _mark_copies(found):
    """Say of a file that it has the same bytes as another."""
    first = {}
    for one in found:
        if one.problem:
            continue
        try:
            data = read_bytes(one.path, MAX_NOTEBOOK)
        except (OSError, ValueError):  # judging it says what is wrong
            continue
        if data.strip():
            other = first.setdefault(hashlib.sha256(data).digest(), one)
            if other is not one:
                one.note = f"the same file as {other.name}, byte for byte"
