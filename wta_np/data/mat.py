"""Arrays of numbers in MATLAB files of version 5, read with every size known before it is allocated.

offset  length  what
0       124     a text that begins with "MATLAB 5.0"
124     2       version
126     2       byte order, "IM" in a file of a little-endian machine
128     ...     elements

An element is a type and a length, 4 bytes each, and content, filled up to a multiple of 8 bytes. With up to 4 bytes of
content all of it is in 8: length and type, 2 bytes each, and the content. An array is an element of four or more:
class and flags, lengths of the axes, name, values in Fortran order. A compressed element holds one more, by zlib.
"""

from __future__ import annotations

import io
import math
import os
import struct
import zlib
from collections.abc import Collection
from typing import BinaryIO

import numpy as np

from wta_np._utils.foreign import shown
from wta_np._utils.regular import open_regular

TYPES = {1: "i1", 2: "u1", 3: "i2", 4: "u2", 5: "i4", 6: "u4", 7: "f4", 9: "f8", 12: "i8", 13: "u8"}
CLASSES = {6: "f8", 7: "f4", 8: "i1", 9: "u1", 10: "i2", 11: "u2", 12: "i4", 13: "u4", 14: "i8", 15: "u8"}
MATRIX, COMPRESSED = 14, 15
MAX_BYTES = 1 << 31  # of one array; SVHN's largest has 1.6e9
MAX_ELEMENTS = 1000
MAX_AXES, MAX_NAME = 8, 64
CHUNK = 1 << 18


def read_arrays(
    path: str | os.PathLike, names: Collection[str], max_bytes: int = MAX_BYTES
) -> dict[str, np.ndarray]:
    """The arrays of these names in a MATLAB file of version 5.

    Parameters
    ----------
    path : str or path
        Written by ``save`` of MATLAB 5 to 7, with or without compression. There is no checksum in such a file but
        that of compressed arrays.
    names : collection of str
        Others are skipped. Those that the file lacks are missing in the result.
    max_bytes : int
        The most bytes of an array.

    Returns
    -------
    dict of str to ndarray
        In Fortran order, of the machine's byte order.

    Raises
    ------
    ValueError
        The file is damaged or of another version, an array is too large, or is not an array of real numbers. The
        message does not name the file.
    OSError
        It cannot be opened, or is not a regular file.
    """
    with open_regular(path) as file:
        head = file.read(128)
        if len(head) < 128 or head[126:] not in (b"IM", b"MI"):
            raise ValueError("it is not a complete MATLAB file of version 5")
        order = "<" if head[126:] == b"IM" else ">"
        length = os.fstat(file.fileno()).st_size
        arrays: dict[str, np.ndarray] = {}
        for _ in range(MAX_ELEMENTS):
            start = file.tell()
            if start == length or len(arrays) == len(set(names)):
                return arrays
            kind, n_bytes, content = _tag(file, order)
            end = file.tell() + n_bytes
            if end > length:
                raise ValueError(
                    f"it is not a complete MATLAB file of version 5: {n_bytes} bytes are announced at {start}"
                )
            if kind == COMPRESSED:
                stream: BinaryIO = _Inflated(file, n_bytes)
                kind, _, content = _tag(stream, order)
            else:
                stream = file
            if kind == MATRIX and content is None:
                _read_matrix(stream, order, names, max_bytes, arrays)
            elif kind not in TYPES:
                raise ValueError(
                    f"it is not a complete MATLAB file of version 5: it has an element of the type {kind}"
                )
            file.seek(end)
        raise ValueError(f"it has more than {MAX_ELEMENTS} arrays")


def _read_matrix(
    stream: BinaryIO, order: str, names: Collection[str], max_bytes: int, arrays: dict[str, np.ndarray]
) -> None:
    """Read an array into `arrays`, if its name is one of `names`."""
    flags = _small(stream, order, {6}, 8, "flags")
    if len(flags) != 8:
        raise ValueError(
            "it is not a complete MATLAB file of version 5: the flags of an array have a wrong length"
        )
    (word,) = struct.unpack(order + "I", flags[:4])
    lengths = _small(stream, order, {5}, 4 * MAX_AXES, "axes")
    shape = struct.unpack(f"{order}{len(lengths) // 4}i", lengths[: len(lengths) // 4 * 4])
    name = _small(stream, order, {1}, MAX_NAME, "name").decode("latin-1")
    if name not in names:
        return
    if name in arrays:
        raise ValueError(f"it has {name} twice")
    if word & 0xFF not in CLASSES or word & 0x0800:
        raise ValueError(f"its {name} holds MATLAB structs, cells, objects, text or complex numbers")
    dtype = np.dtype(CLASSES[word & 0xFF])
    if min(shape, default=-1) < 0:
        raise ValueError(f"its {name} has the shape {shown(shape)}")
    if dtype.itemsize * math.prod(max(length, 1) for length in shape) > max_bytes:
        raise ValueError(f"its {name} has shape {shape} of {dtype}, expected at most {max_bytes} bytes")
    kind, n_bytes, content = _tag(stream, order)
    if kind not in TYPES:
        raise ValueError(f"its {name} has values of the type {kind}, expected numbers")
    stored = np.dtype(order + TYPES[kind])  # often less than the class: whole numbers of a double as bytes
    if n_bytes != stored.itemsize * math.prod(shape):
        raise ValueError(f"its {name} has {n_bytes} bytes of values, which do not fit its shape {shape}")
    values = np.empty(math.prod(shape), stored)
    _fill(stream if content is None else io.BytesIO(content), memoryview(values.view(np.uint8)), name)
    if isinstance(stream, _Inflated):
        stream.finish()
    arrays[name] = values.astype(dtype, copy=False).reshape(shape, order="F")


def _tag(stream: BinaryIO, order: str) -> tuple[int, int, bytes | None]:
    """Type and length of the element that comes; and its content, if that is in the same 8 bytes."""
    head = stream.read(8)
    if len(head) < 8:
        raise ValueError("it is not a complete MATLAB file of version 5: it was cut short")
    kind, n_bytes = struct.unpack(order + "II", head)
    if kind >> 16:  # up to 4 bytes
        kind, n_bytes = kind & 0xFFFF, kind >> 16
        if n_bytes > 4:
            raise ValueError(
                f"it is not a complete MATLAB file of version 5: {n_bytes} bytes are announced for 4"
            )
        return kind, n_bytes, head[4 : 4 + n_bytes]
    return kind, n_bytes, None


def _small(stream: BinaryIO, order: str, kinds: set[int], most: int, what: str) -> bytes:
    """The content of an element of one of these types, with no more than `most` bytes."""
    kind, n_bytes, content = _tag(stream, order)
    if kind not in kinds or n_bytes > most:
        raise ValueError(f"it is not a complete MATLAB file of version 5: the {what} of an array are damaged")
    if content is None:
        padded = -(-n_bytes // 8) * 8
        content = stream.read(padded)
        if len(content) < padded:
            raise ValueError("it is not a complete MATLAB file of version 5: it was cut short")
    return content[:n_bytes]


def _fill(stream: BinaryIO, values: memoryview, name: str) -> None:
    for start in range(0, len(values), CHUNK):
        piece = values[start : start + CHUNK]
        content = stream.read(len(piece))
        if len(content) < len(piece):
            raise ValueError(f"its {name} was cut short")
        piece[:] = content


class _Inflated:
    """What a compressed element holds, unpacked no further than it is read."""

    def __init__(self, file: BinaryIO, n_bytes: int) -> None:
        self._file, self._left = file, n_bytes
        self._zlib, self._packed = zlib.decompressobj(), b""

    def read(self, n: int) -> bytes:
        """The next `n` bytes, fewer only at the end."""
        content = bytearray()
        while len(content) < n and not self._zlib.eof:
            if not self._packed:
                self._packed = self._file.read(min(CHUNK, self._left))
                self._left -= len(self._packed)
            is_last = not self._packed
            try:
                piece = self._zlib.decompress(self._packed, n - len(content))
            except zlib.error as error:
                raise ValueError(f"it is not a complete MATLAB file of version 5 ({error})") from error
            self._packed = self._zlib.unconsumed_tail
            content += piece
            if is_last and not piece:
                break
        return bytes(content)

    def finish(self) -> None:
        """Read the filling at the end, so that zlib compares its checksum; ValueError if that fails."""
        if len(self.read(8)) > 7 or not self._zlib.eof:
            raise ValueError(
                "it is not a complete MATLAB file of version 5: a compressed array does not end where it should"
            )
