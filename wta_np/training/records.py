"""What a file may say of a training: each field is checked for its kind before anything uses it."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from wta_np._utils.foreign import is_int, is_number, short, shown

COLUMNS = ("epoch", "loss", "sparsity", "dead", "lr", "seconds")
COUNTERS = ("epoch", "epoch_state", "batch", "n_seen", "loss_sum", "seconds")
GENERATORS = ("PCG64", "PCG64DXSM", "MT19937", "Philox", "SFC64")
# Places in a generator's own tables, which NumPy takes as they are and would read beyond.
PLACES = {"pos": 624, "buffer_pos": 4, "has_uint32": 1}


def check_rows(rows: Any, columns: tuple[str, ...] = COLUMNS) -> list[dict]:
    """The rows of a history: a list of dicts of finite numbers that have at least these columns.

    Raises
    ------
    ValueError
        They are something else. The message does not name the file.
    """
    if not isinstance(rows, list):
        raise ValueError(f"its history is {shown(rows)}, expected a list of epochs")
    for i, row in enumerate(rows):
        if not isinstance(row, dict):
            raise ValueError(f"its history has {shown(row)} as epoch {i + 1}, expected numbers by name")
        missing = [column for column in columns if column not in row]
        if missing:
            raise ValueError(f"its history lacks {', '.join(missing)} in epoch {i + 1}")
        for column, value in row.items():
            if not is_number(value):
                raise ValueError(
                    f"its history has {shown(value)} as {shown(column)} of epoch {i + 1}, expected a number"
                )
        if "epoch" in columns and not is_int(row["epoch"], 1):
            raise ValueError(f"its history has {shown(row['epoch'])} as the number of epoch {i + 1}")
        if set(row) != set(rows[0]):
            raise ValueError(f"its history has other columns in epoch {i + 1} than in epoch 1")
    return rows


def check_state(state: dict, n_samples: int, batch_size: int) -> None:
    """ValueError, not naming the file, unless this is where a training on so many samples can stand."""
    missing = [name for name in (*COUNTERS, "settings", "history") if name not in state]
    if missing:
        raise ValueError(f"it lacks {', '.join(missing)}")
    for name in ("settings", "model_state"):
        if not isinstance(state.get(name, {}), dict):
            raise ValueError(f"its {name} is {shown(state[name])}, expected fields by name")
    n_batches = math.ceil(n_samples / batch_size)
    _check(state, "epoch", is_int(state["epoch"]), "a whole number of at least 0")
    _check(state, "batch", is_int(state["batch"], 0, n_batches), f"a whole number from 0 to {n_batches}")
    seen = min(n_samples, state["batch"] * batch_size)
    _check(
        state,
        "n_seen",
        is_int(state["n_seen"], seen, seen),
        f"{seen}, the samples of {state['batch']} batches",
    )
    _check(state, "loss_sum", is_number(state["loss_sum"]), "a finite number")
    _check(state, "seconds", is_number(state["seconds"], 0), "a number of at least 0")
    rows = check_rows(state["history"])
    if len(rows) != state["epoch"]:
        raise ValueError(f"its history has {len(rows)} epochs, expected {state['epoch']}")
    generator_of(state["epoch_state"])
    own = state.get("model_state", {})  # of a model that draws while it learns
    if "rng" in own:
        generator_of(own["rng"])
    if not is_int(own.get("steps", 0)):
        raise ValueError(f"its steps are {shown(own['steps'])}, expected a whole number of at least 0")


def generator_of(state: Any) -> np.random.Generator:
    """A generator in this state, as `Generator.bit_generator.state` gives it; ValueError if it is none."""
    kind = state.get("bit_generator") if isinstance(state, dict) else None
    if not isinstance(kind, str) or kind not in GENERATORS:
        raise ValueError(f"it holds a generator {shown(kind)}, expected one of {', '.join(GENERATORS)}")
    inner = state.get("state")
    for fields in (state, inner if isinstance(inner, dict) else {}):
        for name, highest in PLACES.items():
            if name in fields and not is_int(fields[name], 0, highest):
                raise ValueError(f"its generator has {name} {shown(fields[name])}, expected 0 to {highest}")
    rng = np.random.Generator(getattr(np.random, kind)())
    try:
        rng.bit_generator.state = state
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
        raise ValueError(f"its generator has no state that {kind} can take ({short(repr(error))})") from error
    return rng


def _check(state: dict, name: str, is_right: bool, wanted: str) -> None:
    if not is_right:
        raise ValueError(f"its {name} is {shown(state[name])}, expected {wanted}")
