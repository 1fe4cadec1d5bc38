"""Paths as people type them."""

from __future__ import annotations

import os
from pathlib import Path


def user_path(path: str | os.PathLike) -> Path:
    """`path` with a leading ``~`` or ``~name`` replaced by that user's home folder.

    Shells do this for ``--out ~/runs`` but not for ``--out=~/runs``.

    Raises
    ------
    TypeError
        `path` is not a path.
    ValueError
        There is no such user, this user has no home folder, or the path has a NUL character in it.

    Examples
    --------
    >>> user_path("runs/fc").name
    'fc'
    """
    text = os.fspath(path)
    if isinstance(text, bytes):
        text = os.fsdecode(text)
    if "\0" in text:
        raise ValueError(f"the path {text!r} holds a NUL character, which no file name can")
    if not text.startswith("~"):
        return Path(text)
    expanded = os.path.expanduser(text)
    if expanded.startswith("~"):
        name = text[1:].replace(os.sep, "/").split("/")[0]
        why = f"no user is called {name!r}" if name else "this user has no home folder"
        raise ValueError(f"{text}: {why}, expected a path that needs none")
    return Path(expanded)
