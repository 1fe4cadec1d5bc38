"""Do all ranks train the same model on the same data, with the same code? Asked before the first step."""

from __future__ import annotations

import hashlib
import json
import zlib
from pathlib import Path
from typing import Any

import numpy

import wta_np
from wta_np.backend import to_numpy
from wta_np.distributed.ranks import Ranks, SharedError


def agree(facts: dict[str, Any], ranks: Ranks) -> None:
    """Compare facts, JSON-ready values by name, with those of rank 0; SharedError on all ranks if one differs."""
    if ranks.size == 1:
        return
    texts = ranks.gather_texts(json.dumps(facts, default=str))
    first = json.loads(texts[0])
    for rank, text in enumerate(texts[1:], 1):
        theirs = json.loads(text)
        for name, value in first.items():
            if value != theirs.get(name):
                raise SharedError(
                    f"rank {rank} has another {name} than rank 0, {_short(theirs.get(name))} instead of "
                    f"{_short(value)}: all ranks have to train alike"
                )


def training_facts(model: Any, optimizer: Any, epochs: Any, schedule: Any, state: Any) -> dict[str, Any]:
    """What a training depends on, given its `wta_np.training.progress.TrainingState`."""
    decay = [schedule(epoch, epochs) for epoch in range(epochs)] if schedule else None
    shape, dtype, checksum = state.settings["data"]
    return {
        "code of wta_np": code_checksum(),
        "NumPy": numpy.__version__,
        "data": f"{dtype} {shape} with checksum {checksum:08x}",
        "model": f"{type(model).__name__} {model.config}",
        "backend": model.backend,
        "optimizer": [type(optimizer).__name__, state.settings["lr"], state.settings["momentum"]],
        "batch_size": state.settings["batch_size"],
        "epochs": epochs,
        "schedule": _crc(json.dumps(decay)),
        "order of samples": _crc(json.dumps(state.epoch_state, default=_plain)),
        "place to go on": [state.epoch, state.batch],
        "weights": weights_checksum(model),
        "state of the model": _crc(json.dumps(model.state()[0], default=_plain)),
    }


def weights_checksum(model: Any) -> str:
    """CRC-32 of all parameters, frozen ones included."""
    checksum = 0
    for name in sorted(model.stored_params):
        checksum = zlib.crc32(numpy.ascontiguousarray(to_numpy(model.stored_params[name])), checksum)
    return f"{checksum:08x}"


def code_checksum() -> str:
    """The first digits of a SHA-256 of this package's own source files and their names."""
    root, digest = Path(wta_np.__file__).parent, hashlib.sha256()
    for path in sorted(root.rglob("*.py")):
        digest.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:12]


def _crc(text):
    return f"{zlib.crc32(text.encode()):08x}"


def _plain(value):
    return value.tolist()


def _short(value):
    """A value for an error message, cut to a readable length."""
    text = value if isinstance(value, str) else json.dumps(value)
    return text if len(text) <= 200 else text[:200] + "..."
