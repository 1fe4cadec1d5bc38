"""The text of what a student hands in: which files are read at all, and how bytes become text.

Nothing here waits for a pipe, reads a device or takes more memory than the limit; each refusal is one sentence.
"""

from __future__ import annotations

import codecs
import os
import re
import stat
from dataclasses import dataclass, field
from pathlib import Path

from wta_np._utils.text import visible
from wta_np.grading.notebook import code_of, is_notebook
from wta_np.grading.visible import visible_path

MAX_SOURCE = 1 << 20  # bytes of code
MAX_NOTEBOOK = 1 << 24  # bytes of a notebook, which holds pictures, too

_DECLARED = re.compile(rb"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")  # PEP 263
_NOTHING = re.compile(rb"^[ \t\f]*(?:[#\r\n]|$)")
# Encodings of characters. Others that Python has turn text into other text, unpack bytes, or take very long.
_CHARACTERS = re.compile(
    r"utf-8(-sig)?|ascii|iso8859-\d+|cp\d+|mac-\w+|koi8-\w|gb\w+|hz|big5\w*|shift_jis\w*|euc_\w+|iso2022_\w+|johab|tis-620|ptcp154|kz1048|hp-roman8"
)
_MARKS = {
    codecs.BOM_UTF32_LE: "UTF-32",
    codecs.BOM_UTF32_BE: "UTF-32",
    codecs.BOM_UTF16_LE: "UTF-16",
    codecs.BOM_UTF16_BE: "UTF-16",
}
_KINDS = {
    stat.S_ISDIR: "a folder",
    stat.S_ISFIFO: "a named pipe",
    stat.S_ISSOCK: "a socket",
    stat.S_ISCHR: "a device",
    stat.S_ISBLK: "a device",
    stat.S_ISLNK: "a link",
}


class Unreadable(ValueError):
    """The file is not text that can be judged; the message says why, and what to do."""


@dataclass
class Source:
    """The code of a file.

    Attributes
    ----------
    text : str
        Python, with newlines alone at the ends of lines.
    notes : list of str
        What the report has to say of it.
    """

    text: str
    notes: list = field(default_factory=list)


def read_source(path: str | os.PathLike) -> Source:
    """The code of one file, Python or a notebook.

    Parameters
    ----------
    path : str or path

    Returns
    -------
    Source

    Raises
    ------
    Unreadable
        It is not text, in an encoding that its first lines do not name, or a notebook that cannot be read.
    ValueError
        It is not a regular file, or too large.
    OSError
        It cannot be opened.
    """
    path = Path(path)
    largest = MAX_NOTEBOOK if path.name.lower().endswith(".ipynb") else MAX_SOURCE
    text = decode(read_bytes(path, largest))
    if not is_notebook(path.name, text):
        return Source(text)
    try:
        source, notes = code_of(text)
    except ValueError as error:
        raise Unreadable(visible(str(error))) from None
    if len(source) > MAX_SOURCE:
        raise ValueError(
            f"{visible_path(path)} has {len(source)} characters of code, expected at most {MAX_SOURCE}"
        )
    return Source(source, notes)


def read_bytes(path: str | os.PathLike, largest: int) -> bytes:
    """All of a regular file; ValueError if it is none, or has more than `largest` bytes."""
    kind = kind_of(os.stat(path))
    if kind:  # looked at before it is opened: to open a tape can move it
        raise ValueError(f"{visible_path(path)} is {kind}, expected a file")
    handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    with os.fdopen(handle, "rb") as file:
        about = os.fstat(handle)
        if kind_of(about):  # exchanged since
            raise ValueError(f"{visible_path(path)} is {kind_of(about)}, expected a file")
        if about.st_size > largest:
            raise ValueError(f"{visible_path(path)} has {about.st_size} bytes, expected at most {largest}")
        data = file.read(largest + 1)
    if len(data) > largest:  # files of /proc have no size
        raise ValueError(f"{visible_path(path)} has more than {largest} bytes")
    return data


def kind_of(about: os.stat_result) -> str | None:
    """What a thing in a folder is, in words; None for a file as most are."""
    if stat.S_ISREG(about.st_mode):
        return None
    return next((words for test, words in _KINDS.items() if test(about.st_mode)), "no regular file")


def decode(data: bytes) -> str:
    """Bytes as text, by their mark or by the encoding that the first two lines declare, as Python does it.

    Parameters
    ----------
    data : bytes

    Returns
    -------
    str

    Raises
    ------
    Unreadable
        With the line of the first byte that does not fit.
    """
    for mark, name in _MARKS.items():
        if data.startswith(mark):
            raise Unreadable(f"the file is text in {name}, which Python does not read: save it as UTF-8")
    marked = data.startswith(codecs.BOM_UTF8)
    data = data[len(codecs.BOM_UTF8) :] if marked else data
    if b"\0" in data:
        line = data.count(b"\n", 0, data.index(b"\0")) + 1
        raise Unreadable(f"the file holds a NUL character in line {line}: is it text? Save it as UTF-8")
    declared, line = _declared(data)
    encoding = _known(declared, line) if declared else "utf-8"
    if marked and not encoding.startswith("utf-8"):
        raise Unreadable(
            f"line {line} declares {declared}, but the file begins with the mark of UTF-8: remove one"
        )
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        raise Unreadable(_misfit(data, error, declared)) from None
    except Exception as error:  # a codec may raise anything
        raise Unreadable(f"the file cannot be read as {encoding}: {visible(str(error))[:100]}") from None
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _declared(data):
    """(name, line) of the encoding that one of the first two lines declares; (None, None) if none does."""
    for number, line in enumerate(re.split(rb"\r\n|\r|\n", data[:4096], maxsplit=2)[:2], 1):
        found = _DECLARED.match(line)
        if found:
            return found[1].decode("ascii", "backslashreplace"), number
        if not _NOTHING.match(line):
            break
    return None, None


def _known(declared, line):
    """The name by which Python knows an encoding of characters; Unreadable for anything else."""
    try:
        name = codecs.lookup(declared[:40]).name
    except (LookupError, ValueError):
        name = ""
    if not _CHARACTERS.fullmatch(name):
        raise Unreadable(
            f"line {line} declares the encoding {visible(declared[:40])}, which is none of text: save the file as UTF-8"
        )
    return name


def _misfit(data, error, declared):
    """Where and which byte does not fit, and what it may have been meant for."""
    line = data.count(b"\n", 0, error.start) + 1
    byte = data[error.start]
    meant = bytes([byte]).decode("cp1252", "replace")
    guess = f", {meant} in Windows-1252" if meant.isprintable() and meant != "\ufffd" else ""
    said = f" as line 1 or 2 declares ({visible(declared)})" if declared else " in UTF-8"
    return (
        f"the file is not text{said}: line {line} holds the byte 0x{byte:02x}{guess}: save the file as UTF-8"
    )
