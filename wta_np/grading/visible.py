"""Text that a student chose, made harmless to show: lines and names of files. See `wta_np._utils.text.visible`."""

from __future__ import annotations

import os

from wta_np._utils.text import visible


def visible_lines(text: str) -> list[str]:
    r"""The lines of `text`, each of them visible; a tab is four spaces, as in an editor.

    >>> visible_lines("\tx\n\x1b[2Kbob: 2 of 2")
    ['    x', '\\x1b[2Kbob: 2 of 2']
    """
    lines = text.replace("\r\n", "\n").split("\n")
    return [visible(line.replace("\t", "    ")) for line in lines]


def visible_path(path: str | os.PathLike) -> str:
    r"""A path as text that can be printed and written; bytes that are no UTF-8 stand as ``\xfc``."""
    return visible(os.fspath(path))
