"""Saving and loading models, and all that it takes to go on with a training.

A checkpoint is one ``.npz`` file: arrays under names such as ``params/W_enc`` and, as the array ``about``,
a JSON text with everything that is not an array. Nothing in it is pickled, so that a checkpoint from a
stranger can be opened without running the stranger's code. Nothing in it is trusted either: the size of every
array is known from its header before one is read, and every field of the text is checked for its kind.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from wta_np._utils.atomic import write_whole
from wta_np._utils.foreign import MAX_CHARACTERS, is_int, parse_json, short, shown
from wta_np._utils.npz import MAX_BYTES, NpzError, NpzReader, PickleInside, TooLarge
from wta_np._utils.regular import open_regular
from wta_np.backend import to_numpy
from wta_np.models import MODELS, check_can_be_saved, class_name, model_class
from wta_np.models.base import Model
from wta_np.training.records import check_rows

FORMAT = 1
FIELDS = {"format": int, "model": str, "config": dict, "about": dict, "state": dict}


@dataclass
class Checkpoint:
    """What a checkpoint file holds.

    Parameters
    ----------
    model : FCWTA, ...
    state : dict
        JSON-ready: where a training stands, empty for a model that was only saved.
    arrays : dict of str to ndarray
        Arrays that belong to `state`, such as the optimiser's velocities.
    about : dict
        JSON-ready notes of the user: the image's shape, settings of a command.
    """

    model: Model
    state: dict = field(default_factory=dict)
    arrays: dict = field(default_factory=dict)
    about: dict = field(default_factory=dict)


def save(
    path: str | os.PathLike,
    model: Model,
    about: dict | None = None,
    state: dict | None = None,
    arrays: dict | None = None,
) -> None:
    """Write a model, and what goes with it, as one ``.npz`` file, whole or not at all.

    Parameters
    ----------
    path : str or path
        Usually ends in ``.npz``; no suffix is added. A leading ``~`` is the home folder.
    model : FCWTA, ...
    about, state, arrays : dict, optional
        See `Checkpoint`.

    Raises
    ------
    TypeError
        If a model of this class could not be loaded as what it is, see `load_model`; or `about` holds what JSON
        cannot.
    OSError
        If the file cannot be written, or the disk fills up. An older file is still there then.
    """
    check_can_be_saved(model)
    text = {
        "format": FORMAT,
        "model": class_name(type(model)),
        "config": model.config,
        "about": about or {},
        "state": state or {},
    }
    members = {f"params/{name}": value for name, value in model.stored_params.items()}
    members |= {f"state/{name}": value for name, value in (arrays or {}).items()}
    with write_whole(path) as file:
        np.savez(
            file,
            allow_pickle=False,
            about=np.array(json.dumps(text, default=_plain)),
            **{name: to_numpy(value) for name, value in members.items()},
        )


def load_model(path: str | os.PathLike) -> Model:
    """The model in a checkpoint file, its parameters on NumPy.

    A model of a class of your own, which derives from `FCWTA` or another, comes back as one of that class: the
    class has to be defined, or imported, before. It never comes back as the model it derives from.

    Raises
    ------
    OSError
        If there is no such file, or it is no regular one.
    ValueError
        If it is not a complete checkpoint: cut short, damaged, pickled, too large, or of another program.
    """
    return load_checkpoint(path).model


load = load_model  # the old name; `wta_np.load` loads data


def load_checkpoint(path: str | os.PathLike, max_bytes: int = MAX_BYTES) -> Checkpoint:
    """Everything in a checkpoint file, as a `Checkpoint`; raises as `load_model`.

    Parameters
    ----------
    path : str or path
    max_bytes : int
        The most bytes that its arrays may have; by default 1 GiB.
    """
    text, groups = _read(path, max_bytes)
    config, params = text["config"], groups["params"]
    kind = model_class(text["model"])
    if kind is None:
        raise ValueError(
            f"{path} holds a model {shown(text['model'])}, expected one of {', '.join(MODELS)}: "
            "define or import a class of your own before you load its models"
        )
    try:
        _check_layers(config, len(params))
        model = kind.from_params(config, params, "it")
    except (KeyError, IndexError, AttributeError, TypeError, ValueError, OverflowError, MemoryError) as error:
        reason = str(error) if isinstance(error, ValueError) and str(error) else repr(error)
        reason = reason.removeprefix(f"it holds no {kind.__name__} that can be made: ")
        what = "" if reason.startswith("it ") else f"it holds no {kind.__name__} that can be made: "
        sentence = short(what + reason.removeprefix("it: "))
        raise ValueError(f"{path} {sentence.removeprefix('it ')}") from error
    return Checkpoint(model, text["state"], groups["state"], text["about"])


def _check_layers(config: dict, n_arrays: int) -> None:
    """ValueError for more layers than there are arrays: to make them only to count them could take hours."""
    for name in ("n_hidden", "n_layers", "models"):
        value = config.get(name)
        n = len(value) if isinstance(value, list) else value if name == "n_layers" else 0
        if is_int(n) and n > n_arrays:
            raise ValueError(f"{name} asks for {shown(n)} layers, but there are {n_arrays} arrays")
    for part in config.get("models", ()):  # of a stack
        if isinstance(part, list) and part and isinstance(part[-1], dict):
            _check_layers(part[-1], n_arrays)


def _read(path: str | os.PathLike, max_bytes: int) -> tuple[dict, dict[str, dict[str, np.ndarray]]]:
    """The description of a checkpoint, its fields checked, and its arrays by group and name."""
    with open_regular(path) as file:
        try:
            archive = NpzReader(file)
            text = _description(path, archive)
            members = archive.read([name for name in archive.names if name != "about"], max_bytes)
        except PickleInside as error:
            raise ValueError(
                f"{path} is not a complete checkpoint: it holds pickled Python objects, which are never loaded"
            ) from error
        except TooLarge as error:
            raise ValueError(f"{path} is too large for a checkpoint: {error}") from error
        except NpzError as error:
            raise ValueError(
                f"{path} is not a complete checkpoint: it was cut short or damaged ({error})"
            ) from error
    if "history" in text["state"]:
        try:
            check_rows(text["state"]["history"])
        except ValueError as error:
            raise ValueError(f"{path} is not a complete checkpoint: {error}") from error
    groups: dict[str, dict[str, np.ndarray]] = {"params": {}, "state": {}}
    for name, array in members.items():
        group, _, rest = name.partition("/")
        groups.setdefault(group, {})[rest] = array
    return text, groups


def _description(path: str | os.PathLike, archive: NpzReader) -> dict[str, Any]:
    """What a checkpoint says of itself; ValueError if it says nothing, or a field is not of its kind."""
    if "about" not in archive.names:
        is_data = any(name.lower().startswith(("x_", "train")) for name in archive.names)
        other = ": it is a data set, use wta_np.load_data" if is_data else ""
        raise ValueError(f"{path} is not a checkpoint of wta_np: no description inside{other}")
    if archive.header("about").dtype.kind != "U" or archive.header("about").shape:
        raise ValueError(f"{path} is not a checkpoint of wta_np: its description is not text")
    try:
        text = parse_json(str(archive.read(["about"], 4 * MAX_CHARACTERS)["about"]))
    except NpzError:
        raise
    except ValueError as error:
        raise ValueError(f"{path} is not a checkpoint of wta_np: no description inside ({error})") from error
    missing = [name for name in FIELDS if not isinstance(text, dict) or name not in text]
    if missing:
        raise ValueError(
            f"{path} is not a checkpoint of wta_np: no description inside (it lacks {', '.join(missing)})"
        )
    for name, kind in FIELDS.items():
        if not isinstance(text[name], kind) or isinstance(text[name], bool):
            raise ValueError(
                f"{path} is not a checkpoint of wta_np: its {name} is {shown(text[name])}, expected {_KINDS[kind]}"
            )
    if not 1 <= text["format"] <= FORMAT:
        raise ValueError(
            f"{path} is of format {shown(text['format'])}, expected {FORMAT}"
            + (": update wta_np" if text["format"] > FORMAT else "")
        )
    return text


_KINDS = {int: "a whole number", str: "text", dict: "fields by name"}


def _plain(value: object) -> object:
    """NumPy numbers and arrays, as in a generator's state, for JSON."""
    if not isinstance(value, (np.ndarray, np.generic)):
        raise TypeError(f"about holds a {type(value).__name__}, expected what JSON can hold")
    return value.tolist()
