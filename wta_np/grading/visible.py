r"""Text that a student chose, made harmless to show: what a terminal or a reader's eye would obey is spelled out.

>>> visible("\x1b[2Kbob: 2 of 2\n")
'\\x1b[2Kbob: 2 of 2\\n'
>>> visible("Größe falsch")
'Größe falsch'
"""

from __future__ import annotations

import os
import unicodedata

# Controls and their like, surrogates, separators of lines and paragraphs, private and unassigned characters:
# none has a shape of its own, and some erase, move or reorder what stands around them.
OBEYED = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")


def visible(text: str) -> str:
    """`text` on one line, each character without a shape of its own as its escape.

    Parameters
    ----------
    text : str
        May hold anything, lone surrogates as well.

    Returns
    -------
    str
        It can be encoded as UTF-8 and holds no control character.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(_escape(c) if unicodedata.category(c) in OBEYED else c for c in text)


def visible_lines(text: str) -> list[str]:
    """The lines of `text`, each of them visible; a tab is four spaces, as in an editor."""
    lines = text.replace("\r\n", "\n").split("\n")
    return [visible(line.replace("\t", "    ")) for line in lines]


def visible_path(path: str | os.PathLike) -> str:
    """A path as text that can be printed and written; bytes that are no UTF-8 stand as ``\\xfc``."""
    return visible(os.fspath(path))


def _escape(character):
    code = ord(character)
    if 0xDC80 <= code <= 0xDCFF:  # a byte of a name of a file, as Python keeps those that are no UTF-8
        return f"\\x{code - 0xDC00:02x}"
    return character.encode("unicode_escape").decode("ascii")
