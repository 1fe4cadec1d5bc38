"""Text of others on one line of a terminal, a table or a file: names, messages of errors, what a file holds."""

from __future__ import annotations

import unicodedata

LONGEST_LINE = 1000  # characters of an error's message that are shown


def visible(text: str) -> str:
    r"""The text with escapes in place of characters that a terminal would obey or that cannot be written.

    Control characters could erase or forge lines, marks of writing direction could reorder them, and lone surrogates
    (from file names that are not in the system's encoding) belong to no encoding.

    Examples
    --------
    >>> print(visible("red: \x1b[31m, Größe"))
    red: \x1b[31m, Größe
    """
    return "".join(
        character
        if unicodedata.category(character) not in ("Cc", "Cf", "Cs", "Zl", "Zp")
        else _escape(character)
        for character in text
    )


def _escape(character: str) -> str:
    if "\udc80" <= character <= "\udcff":  # a byte of a file's name that is no UTF-8, as Python keeps it
        return f"\\x{ord(character) - 0xDC00:02x}"
    return character.encode("unicode_escape", "backslashreplace").decode("ascii")


def one_line(error: BaseException, longest: int = LONGEST_LINE) -> str:
    """The message of an error as one visible line, cut if it is long; its type's name if it has no message.

    Examples
    --------
    >>> one_line(FileNotFoundError(2, "No such file or directory", "model.npz"))
    'model.npz: No such file or directory'
    """
    if isinstance(error, OSError) and error.strerror and error.filename:
        text = f"{error.filename}: {error.strerror}"
    else:
        text = " ".join(str(error).split()) or type(error).__name__
    text = visible(text)
    if len(text) > longest:
        text = f"{text[:longest]} ... ({len(text):,} characters)"
    return text
