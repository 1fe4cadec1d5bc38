"""Reading ``.npz`` files that may hold anything: every size is known before an array is allocated.

An ``.npz`` file is a zip archive of ``.npy`` files. Its directory says how long each of them is, and the
header of each says which array it is; both are compared with each other and with a limit. Nothing is unpickled.
"""

from __future__ import annotations

import io
import math
import zipfile
from collections.abc import Iterable
from typing import Any, BinaryIO, NamedTuple

import numpy as np

from wta_np._utils.foreign import short, shown

MAGIC = (b"PK\x03\x04", b"PK\x05\x06")  # an archive with members, and one without
CHUNK = 1 << 18
MAX_READ = 1 << 20  # bytes at once: of the members, of the archive's directory
MAX_BYTES = 1 << 30  # of all arrays that are read


class NpzError(ValueError):
    """The file is not a complete ``.npz`` file, or too large; the message does not name it."""


class TooLarge(NpzError):
    """The arrays have more bytes than are wanted."""


class PickleInside(NpzError):
    """The file holds Python objects, which only unpickling could read."""


class Header(NamedTuple):
    """What an array is, before it is read."""

    dtype: np.dtype
    shape: tuple[int, ...]
    fortran: bool
    n_bytes: int


class NpzReader:
    """The arrays of an ``.npz`` file.

    Parameters
    ----------
    file : binary file
        Seekable.

    Attributes
    ----------
    names : list of str
        Names of the arrays, in the order of the file.

    Raises
    ------
    NpzError
        It is not a whole zip archive, has a name twice, or has more than `MAX_READ` bytes of names.
    """

    def __init__(self, file: BinaryIO) -> None:
        start = file.read(4)
        if start not in MAGIC:
            raise NpzError("it does not begin as a zip archive")
        self._zip = _guarded(zipfile.ZipFile, _Sips(file))
        members = self._zip.infolist()
        self._members = {info.filename.removesuffix(".npy"): info for info in members}
        if len(self._members) < len(members):
            raise NpzError("it has two arrays of the same name")
        self.names = list(self._members)

    def header(self, name: str) -> Header:
        """Type and shape of an array; NpzError if it is none, or not as long as its type and shape say."""
        with self._open(name) as stream:
            return _guarded(_read_header, stream, name, self._members[name].file_size)

    def read(self, names: Iterable[str], max_bytes: int = MAX_BYTES) -> dict[str, np.ndarray]:
        """These arrays by name; NpzError if one is damaged, or they have more than `max_bytes` bytes in all."""
        names = list(names)
        total = sum(self.header(name).n_bytes for name in names)
        if total > max_bytes:
            raise TooLarge(f"its arrays have {total} bytes, expected at most {max_bytes}")
        return {name: _guarded(self._read, name) for name in names}

    def _open(self, name: str) -> Any:
        info = self._members[name]
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise NpzError(f"its {shown(name)} is packed in a way that NumPy does not use")
        return _guarded(self._zip.open, info)

    def _read(self, name: str) -> np.ndarray:
        with self._open(name) as stream:
            header = _read_header(stream, name, self._members[name].file_size)
            shape = header.shape[::-1] if header.fortran else header.shape
            array = np.empty(shape, header.dtype)
            into = memoryview(array.reshape(-1).view(np.uint8)) if header.n_bytes else memoryview(bytearray())
            for start in range(0, header.n_bytes, CHUNK):
                piece = into[start : start + CHUNK]
                if _fill(stream, piece) < len(piece):
                    raise NpzError(f"its {shown(name)} was cut short")
            if stream.read(1):  # at the end the checksum is compared
                raise NpzError(f"its {shown(name)} goes on after its values")
        return array.T if header.fortran else array


def _read_header(stream: BinaryIO, name: str, size: int) -> Header:
    """The header of a ``.npy`` file of `size` bytes, read from the beginning of `stream`."""
    start = stream.read(8)
    if start[:6] != b"\x93NUMPY":
        if start[:1] == b"\x80":
            raise PickleInside(f"its {shown(name)} is no NumPy array")
        raise NpzError(f"its {shown(name)} is no NumPy array")
    versions = {(1, 0): np.lib.format.read_array_header_1_0, (2, 0): np.lib.format.read_array_header_2_0}
    version = start[6], start[7]
    if version not in versions:
        raise NpzError(f"its {shown(name)} has the format {version}, expected (1, 0) or (2, 0)")
    counted = _Counted(stream)
    shape, fortran, dtype = versions[version](counted)
    if dtype.hasobject:
        raise PickleInside("it holds pickled Python objects")
    if dtype.names or dtype.subdtype or not dtype.itemsize or dtype.kind not in "biufcU":
        raise NpzError(f"its {shown(name)} holds {shown(dtype)}, expected numbers or text")
    n_bytes = dtype.itemsize * math.prod(shape)
    if min(shape, default=0) < 0 or 8 + counted.n_read + n_bytes != size:
        raise NpzError(f"its {shown(name)} has {size} bytes, which do not fit its shape {shown(shape)}")
    return Header(dtype, shape, fortran, n_bytes)


def _fill(stream: BinaryIO, into: memoryview) -> int:
    """Read until `into` is full or the stream ends; how many bytes came."""
    n_read = 0
    while n_read < len(into) and (piece := stream.read(len(into) - n_read)):
        into[n_read : n_read + len(piece)] = piece
        n_read += len(piece)
    return n_read


def _guarded(function: Any, *arguments: Any) -> Any:
    """The function's result; what zipfile, zlib and NumPy raise at damaged files as an NpzError."""
    try:
        return function(*arguments)
    except (NpzError, MemoryError):
        raise
    except Exception as error:  # their words, as they know more of the damage
        raise NpzError(short(error) or type(error).__name__) from error


class _Sips:
    """A file that is never read further than `MAX_READ` bytes at once, not even if its own directory says so."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.seek, self.tell, self.seekable = file.seek, file.tell, file.seekable

    def read(self, n: int = -1) -> bytes:
        content = self._file.read(MAX_READ + 1 if n is None or n < 0 else min(n, MAX_READ + 1))
        if len(content) > MAX_READ:
            raise NpzError(f"its directory has more than {MAX_READ} bytes")
        return content


class _Counted(io.RawIOBase):
    """A stream that counts the bytes that were read from it."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream, self.n_read = stream, 0

    def read(self, n: int = -1) -> bytes:
        content = self._stream.read(n)
        self.n_read += len(content)
        return content
