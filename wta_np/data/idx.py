"""The IDX format of the MNIST files: an array of any rank behind a header of a few bytes.

offset  length  what
0       2       two zero bytes
2       1       type code, see `TYPES`
3       1       rank r, the number of axes
4       4 r     length of each axis, big-endian
4+4r    ...     the values in C order, big-endian
"""

from __future__ import annotations

import gzip
import math
import os
import struct
from typing import BinaryIO

import numpy as np

from wta_np.data.files import CHUNK, errors_naming, open_content

TYPES = {0x08: ">u1", 0x09: ">i1", 0x0B: ">i2", 0x0C: ">i4", 0x0D: ">f4", 0x0E: ">f8"}
MAX_RANK = 8
MAX_BYTES = 1 << 30


def read_idx(path: str | os.PathLike, max_bytes: int = MAX_BYTES) -> np.ndarray:
    """Read the array in an IDX file, plain or gzipped.

    Never reads or unpacks more than one byte beyond what the header announces. The format has no checksum: what
    is verified is that the header is possible and that as many values follow as it announces.

    Parameters
    ----------
    path : str or path
        The file. Whether it is gzipped is seen from its content; its name does not matter.
    max_bytes : int
        The most bytes of values that are accepted; by default 1 GiB.

    Returns
    -------
    ndarray
        C-contiguous, in the machine's byte order, with the shape and type that the header gives.

    Raises
    ------
    ValueError
        The file is not IDX, of an unknown type, cut short, too long, or a damaged gzip file.
    OSError
        It cannot be opened.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = pathlib.Path(folder) / "labels"
    ...     _ = path.write_bytes(bytes([0, 0, 8, 1, 0, 0, 0, 3, 5, 0, 4]))
    ...     read_idx(path)
    array([5, 0, 4], dtype=uint8)
    """
    with errors_naming(path), open_content(path) as stream:
        dtype, shape = _read_header(stream, max_bytes)
        array = np.empty(shape, dtype)
        values = array.reshape(-1).view(np.uint8)
        n_bytes = _fill(stream, values)
        if n_bytes < len(values):
            raise ValueError(
                f"it was cut short: its header announces {len(values)} bytes of values, {n_bytes} came"
            )
        if stream.read(1):
            raise ValueError(f"it goes on after the {len(values)} bytes of values that its header announces")
        native = dtype.newbyteorder("=")
        return array if dtype == native else array.byteswap(inplace=True).view(native)


def write_idx(path: str | os.PathLike, array: np.ndarray) -> None:
    """Write `array` to a gzipped IDX file that is the same at every run: no time and no name inside."""
    big_endian = array.dtype.newbyteorder(">").str.replace("|", ">")
    codes = {dtype: code for code, dtype in TYPES.items()}
    if big_endian not in codes:
        raise TypeError(f"array holds {array.dtype}, which IDX has no type code for")
    header = struct.pack(f">HBB{array.ndim}I", 0, codes[big_endian], array.ndim, *array.shape)
    with (
        open(path, "wb") as raw,
        gzip.GzipFile(filename="", mode="wb", compresslevel=9, fileobj=raw, mtime=0) as stream,
    ):
        stream.write(header + array.astype(big_endian).tobytes())


def _fill(stream: BinaryIO, values: np.ndarray) -> int:
    """Read bytes until `values` is full or the stream ends, some at a time; how many came."""
    n_read = 0
    while n_read < len(values) and (piece := stream.read(min(CHUNK, len(values) - n_read))):
        values[n_read : n_read + len(piece)] = np.frombuffer(piece, np.uint8)
        n_read += len(piece)
    return n_read


def _read_header(stream: BinaryIO, max_bytes: int) -> tuple[np.dtype, tuple[int, ...]]:
    start = stream.read(4)
    if len(start) < 4:
        raise ValueError(f"it was cut short: {len(start)} bytes, an IDX header has at least 8")
    zeros, code, rank = struct.unpack(">HBB", start)
    if zeros != 0:
        raise ValueError(f"it is not an IDX file: its magic number is 0x{start.hex()}, expected 0x0000....")
    if code not in TYPES:
        known = ", ".join(f"0x{known:02x}" for known in TYPES)
        raise ValueError(f"its IDX type code is 0x{code:02x}, expected one of {known}")
    if not 1 <= rank <= MAX_RANK:
        raise ValueError(f"its IDX header announces {rank} axes, expected 1 to {MAX_RANK}")
    lengths = stream.read(4 * rank)
    if len(lengths) < 4 * rank:
        raise ValueError(f"it was cut short inside its header of {4 + 4 * rank} bytes")
    shape = struct.unpack(f">{rank}I", lengths)
    dtype = np.dtype(TYPES[code])
    # An axis of length 0 counts as 1 here: it must not hide absurd lengths of the others.
    if dtype.itemsize * math.prod(max(length, 1) for length in shape) > max_bytes:
        raise ValueError(f"its IDX header announces the shape {shape}, expected at most {max_bytes} bytes")
    return dtype, shape
