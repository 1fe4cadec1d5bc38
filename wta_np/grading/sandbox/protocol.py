"""Messages between the grader and a student's process: JSON headers and raw bytes of arrays, never pickle.

A message is the length of its header (4 bytes), the header, and the bytes of its arrays one after another.
The header is JSON: ``{"value": ..., "arrays": [[dtype, shape], ...]}``, where an array inside of the value
stands as ``{"array": 0}``, its place in the list. What is neither a number, text, array nor a container
of these is named by its type and not sent.

This file knows nothing of wta_np: the student's process loads it by its path.
"""

from __future__ import annotations

import json
import math
import re
import struct
from typing import Any

import numpy as np

MAX_HEADER = 1 << 22  # bytes
MAX_ARRAYS = 1 << 28  # bytes of all arrays of a message
_DTYPE = re.compile(r"[<>|][biuf][1248]")


class BadMessage(ValueError):
    """What came through the pipe is not a message."""


class Other:
    """A value that was not sent, because it is of a type that no exercise returns."""

    def __init__(self, kind: Any) -> None:
        self.kind = kind


def send(file: Any, value: Any) -> None:
    """Write one message; BadMessage if it is too large."""
    arrays = []
    packed = _pack(value, arrays)
    about = [[a.dtype.str, list(a.shape)] for a in arrays]
    header = json.dumps({"value": packed, "arrays": about}).encode()
    size = sum(a.nbytes for a in arrays)
    if len(header) > MAX_HEADER or size > MAX_ARRAYS:
        raise BadMessage(f"{(len(header) + size) / 2**20:.0f} MiB are too much for one message")
    file.write(struct.pack("<I", len(header)) + header + b"".join(a.tobytes() for a in arrays))
    file.flush()


def receive(file: Any) -> Any:
    """Read one message; None at the end of the file, BadMessage if it is none."""
    start = file.read(4)
    if not start:
        return None
    (length,) = struct.unpack("<I", start.ljust(4, b"\xff"))
    if length > MAX_HEADER:
        raise BadMessage("a message begins with a wrong length")
    try:
        header = json.loads(_exactly(file, length).tobytes())
        arrays = _arrays(file, header["arrays"])
        return _unpack(header["value"], arrays)
    except (KeyError, TypeError, IndexError, AttributeError, RecursionError, ValueError) as error:
        raise BadMessage(f"a message cannot be read: {error}") from None


def _exactly(file, length):
    """So many bytes, as an array of its own, that can be written to."""
    data = np.empty(length, np.uint8)
    if length and file.readinto(memoryview(data)) != length:
        raise BadMessage("a message ends too early")
    return data


def _arrays(file, about):
    """The arrays of a message; the size of all is checked before anything is allocated."""
    kinds = []
    for dtype, shape in about:
        whole = isinstance(shape, list) and len(shape) <= 32 and all(type(n) is int and n >= 0 for n in shape)
        if not isinstance(dtype, str) or not _DTYPE.fullmatch(dtype) or not whole:
            raise BadMessage("an array of a kind that is not sent")
        kinds.append((np.dtype(dtype), shape))
    sizes = [math.prod(shape) * dtype.itemsize for dtype, shape in kinds]
    if sum(sizes) > MAX_ARRAYS:
        raise BadMessage("an array is too large" if len(sizes) == 1 else "arrays are too large")
    return [_exactly(file, size).view(dtype).reshape(shape) for (dtype, shape), size in zip(kinds, sizes)]


def _pack(value, arrays):
    """`value` as JSON knows it; its arrays are appended to `arrays`."""
    if value is None or (isinstance(value, (bool, int, float, str)) and not isinstance(value, np.generic)):
        return value
    if isinstance(value, (np.ndarray, np.generic)):
        array = np.asarray(value)
        if not _DTYPE.fullmatch(array.dtype.str):
            return {"other": f"array of {array.dtype}"}
        arrays.append(array)
        return {"array" if isinstance(value, np.ndarray) else "scalar": len(arrays) - 1}
    if isinstance(value, tuple):  # named tuples as well
        return {"tuple": [_pack(part, arrays) for part in tuple.__iter__(value)]}
    if isinstance(value, list):
        return {"list": [_pack(part, arrays) for part in list.__iter__(value)]}
    if isinstance(value, dict) and all(isinstance(key, str) for key in value):
        return {"dict": {key: _pack(part, arrays) for key, part in value.items()}}
    return _of(value)


def _of(value):
    return {"other": type(value).__name__[:80]}


def _unpack(value, arrays):
    if not isinstance(value, dict):
        return value
    ((kind, content),) = value.items()
    if kind in ("array", "scalar"):
        return arrays[content] if kind == "array" else arrays[content][()]
    if kind in ("tuple", "list"):
        return {"tuple": tuple, "list": list}[kind](_unpack(part, arrays) for part in content)
    if kind == "dict":
        return {key: _unpack(part, arrays) for key, part in content.items()}
    return Other(str(content))
