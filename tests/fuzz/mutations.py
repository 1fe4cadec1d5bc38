"""Damage to files, drawn from a seed: the same seed gives the same damage on every machine."""

from __future__ import annotations

import copy
import io
import json
import struct
from collections.abc import Callable

import numpy as np

EXTREMES = [0, 1, 0x7F, 0x80, 0xFF, 0x7FFF, 0xFFFF, 2**31 - 1, 2**31, 2**32 - 1, 2**63 - 1, 2**64 - 1]
ODD = [
    None, True, -1, 0, 1, 10**9, 10**40, 0.5, -1e308, float("nan"), float("inf"), "", "x" * 5000, "\x1b[2J\n", "none",
    [], {}, [[]], [1] * 3000, {"a": {"b": []}}, "../../etc/passwd", "patches:/dev",
]  # fmt: skip


def damaged_bytes(content: bytes, rng: np.random.Generator) -> bytes:
    """`content` with one of ten kinds of damage; half of them near the beginning, where headers are."""
    n = len(content)
    high = min(n, 256) if rng.random() < 0.5 else n
    place = int(rng.integers(max(high, 1)))
    length = int(rng.integers(1, 64))
    noise = rng.integers(0, 256, length, dtype=np.uint8).tobytes()
    data = bytearray(content)
    kind = rng.integers(10)
    if kind == 0:
        data[place:place] = noise
    elif kind == 1:
        del data[place:]
    elif kind == 2:
        del data[place : place + length]
    elif kind == 3:
        data[place : place + length] = noise
    elif kind == 4:
        data[place : place + length] = bytes(length)
    elif kind == 5:
        data += noise if rng.random() < 0.5 else bytes(10_000)
    elif kind == 6:
        data[place:place] = data[place : place + length] * 50
    elif kind in (7, 8):
        form = rng.choice(["<H", ">H", "<I", ">I", "<Q", ">Q"])
        size = struct.calcsize(form)
        data[place : place + size] = struct.pack(
            form, int(rng.choice(np.array(EXTREMES, object))) % 256**size
        )
    for _ in range(int(rng.integers(1, 8)) if kind == 9 else 0):
        bit = int(rng.integers(8 * max(n, 1)))
        if bit // 8 < n:
            data[bit // 8] ^= 1 << bit % 8
    return bytes(data)


def damaged_json(value: object, rng: np.random.Generator) -> object:
    """A JSON value with one of its parts lost, added or of another kind."""
    value = copy.deepcopy(value)
    places: list[Callable] = []
    _collect(value, places)
    if not places:
        return ODD[rng.integers(len(ODD))]
    places[rng.integers(len(places))](rng)
    return value


def _collect(value: object, places: list[Callable]) -> None:
    """Functions that change one part of a value in place, for all of its parts."""
    keys = value.keys() if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    for key in list(keys)[:50]:

        def change(rng, key=key):
            if rng.random() < 0.2:
                del value[key]
            else:
                value[key] = ODD[rng.integers(len(ODD))]

        places.append(change)
        _collect(value[key], places)


def damaged_arrays(arrays: dict[str, np.ndarray], rng: np.random.Generator) -> bytes:
    """An ``.npz`` file whose checksums are right, but with a part that is not: text, type, shape, a name."""
    arrays = dict(arrays)
    name = list(arrays)[rng.integers(len(arrays))]
    if "about" in arrays and rng.random() < 0.6:
        about = damaged_json(json.loads(str(arrays["about"])), rng)
        arrays["about"] = np.array(json.dumps(about))
    else:
        array = arrays[name]
        kind = rng.integers(7)
        if kind == 0:
            del arrays[name]
        elif kind == 1:
            arrays[f"{name}/more"] = array
        elif kind == 2:
            arrays[name] = (
                array.astype(rng.choice(["U5", "?", "i8", "c16", "f2"])) if array.dtype.kind != "U" else array
            )
        elif kind == 3:
            arrays[name] = array[..., np.newaxis]
        elif kind == 4:
            arrays[name] = array.ravel()[: max(0, array.size - 1)]
        elif kind == 5 and array.dtype.kind == "f":
            arrays[name] = np.full_like(array, rng.choice([np.nan, np.inf, -1e30, 1e30]))
        else:
            arrays[name] = np.zeros(0 if rng.random() < 0.5 else (1,) * 9, array.dtype)
    file = io.BytesIO()
    np.savez(file, **arrays)
    return file.getvalue()
