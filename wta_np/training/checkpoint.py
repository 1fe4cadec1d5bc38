"""Saving and loading models, and all that it takes to go on with a training.

A checkpoint is one ``.npz`` file: arrays under names such as ``params/W_enc`` and, as the array ``about``,
a JSON text with everything that is not an array. Nothing in it is pickled, so that a checkpoint from a
stranger can be opened without running the stranger's code.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field

import numpy as np

from wta_np._utils.atomic import write_whole
from wta_np.backend import to_numpy
from wta_np.models import MODELS, check_can_be_saved, class_name, model_class

FORMAT = 1


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

    model: object
    state: dict = field(default_factory=dict)
    arrays: dict = field(default_factory=dict)
    about: dict = field(default_factory=dict)


def save(path, model, about=None, state=None, arrays=None):
    """Write a model, and what goes with it, as one ``.npz`` file, whole or not at all.

    Parameters
    ----------
    path : str or path
        Ends in ``.npz`` by habit; the name is taken as it is.
    model : FCWTA, ...
    about, state, arrays : dict, optional
        See `Checkpoint`.

    Raises
    ------
    TypeError
        If a model of this class could not be loaded as what it is, see `load_model`.
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


def load_model(path):
    """The model in a checkpoint file, its parameters on NumPy.

    A model of a class of your own, which derives from `FCWTA` or another, comes back as one of that class: the
    class has to be defined, or imported, before. It never comes back as the model it derives from.

    Raises
    ------
    OSError
        If there is no such file.
    ValueError
        If it is no whole checkpoint: cut short, damaged, pickled, or of another program.
    """
    return load_checkpoint(path).model


load = load_model  # the old name; `wta_np.load` loads data


def load_checkpoint(path):
    """Everything in a checkpoint file, as a `Checkpoint`; raises as `load_model`."""
    members = _read(path)
    try:
        text = json.loads(str(members.pop("about")))
        kind, config = text["model"], text["config"]
        about, state = dict(text["about"]), dict(text["state"])
        if not isinstance(text["format"], int):
            raise TypeError("format")
    except (KeyError, TypeError, AttributeError, RecursionError, json.JSONDecodeError) as error:
        raise ValueError(f"{path} is no checkpoint of wta_np: no description inside") from error
    if text["format"] > FORMAT:
        raise ValueError(f"{path} is of format {text['format']}, expected {FORMAT}: update wta_np")
    model_kind = model_class(kind)
    if model_kind is None:
        raise ValueError(
            f"{path} holds a model {kind!r}, expected one of {', '.join(MODELS)}: "
            "define or import a class of your own before you load its models"
        )
    groups = {"params": {}, "state": {}}
    for name, array in members.items():
        group, _, rest = name.partition("/")
        groups.setdefault(group, {})[rest] = array
    try:
        model = model_kind.from_params(config, groups["params"], path)
    except (KeyError, IndexError, AttributeError, TypeError) as error:
        raise ValueError(f"{path} holds no {kind} that can be made: {error!r}") from error
    return Checkpoint(model, state, groups["state"], about)


def _read(path):
    """The arrays of an ``.npz`` file by name; ValueError if anything is wrong with it."""
    with open(path, "rb") as file:
        try:
            with np.load(file, allow_pickle=False) as archive:
                damaged = archive.zip.testzip()  # NumPy itself compares no checksums
                if damaged:
                    raise ValueError(f"{damaged} does not match its checksum")
                return {name: archive[name] for name in archive.files}
        except Exception as error:  # what damage NumPy and zipfile meet in which words is theirs to say
            if "allow_pickle" in str(error):
                reason = "it holds pickled Python objects, which are never loaded"
            else:
                reason = f"it was cut short or damaged ({str(error) or type(error).__name__})"
            raise ValueError(f"{path} is no whole checkpoint: {reason}") from error


def _plain(value):
    """NumPy numbers and arrays, as in a generator's state, for JSON."""
    if not isinstance(value, (np.ndarray, np.generic)):
        raise TypeError(f"about holds a {type(value).__name__}, expected what JSON can hold")
    return value.tolist()
