"""Unpacking gzip files that may hold anything: never more bytes than are asked for, and never a wait.

Python's own `gzip` reads what stands between two members one byte at a time, so that gigabytes of zeros there
take hours.
"""

from __future__ import annotations

import zlib
from typing import BinaryIO

MAGIC = b"\x1f\x8b"
CHUNK = 1 << 16
MAX_EMPTY = 1000  # members without content
MAX_ZEROS = 1 << 20  # bytes between two members, or behind the last


class Gunzip:
    """The content of a gzip file as a stream: all its members, one behind the other.

    Parameters
    ----------
    raw : binary file
        At the beginning of the packed content.

    Raises
    ------
    ValueError
        At the read that meets it: the file was cut short, or is damaged. zlib compares the checksum and the
        length of each member.
    """

    def __init__(self, raw: BinaryIO) -> None:
        self._raw = raw
        self._packed = b""
        self._member = zlib.decompressobj(wbits=31)  # 31: with gzip's header and checksum
        self._is_empty, self._n_empty = True, 0

    def read(self, n: int) -> bytes:
        """The next `n` bytes, fewer only at the end."""
        content = bytearray()
        while len(content) < n and self._member is not None:
            if not self._packed:
                self._packed = self._raw.read(CHUNK)
            is_last = not self._packed
            try:
                piece = self._member.decompress(self._packed, n - len(content))
            except zlib.error as error:
                raise ValueError(f"it is a damaged gzip file ({error})") from error
            content += piece
            self._is_empty = self._is_empty and not piece
            if self._member.eof:
                self._packed = self._member.unused_data
                self._begin_next()
            else:
                self._packed = self._member.unconsumed_tail
                if is_last and not piece:
                    raise ValueError("it is a gzip file that was cut short")
        return bytes(content)

    def _begin_next(self) -> None:
        """Go to the next member, over the zeros that some tapes and programs put behind one."""
        self._n_empty += self._is_empty
        if self._n_empty > MAX_EMPTY:
            raise ValueError(f"it is a gzip file of more than {MAX_EMPTY} parts without content")
        self._packed = self._packed.lstrip(b"\0")
        n_zeros = 0
        while not self._packed and (piece := self._raw.read(CHUNK)):
            self._packed = piece.lstrip(b"\0")
            n_zeros += len(piece)
            if n_zeros > MAX_ZEROS:
                raise ValueError(f"it is a gzip file with more than {MAX_ZEROS} zeros behind its content")
        self._member = zlib.decompressobj(wbits=31) if self._packed else None
        self._is_empty = True
