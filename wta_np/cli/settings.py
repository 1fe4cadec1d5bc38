"""The settings of a run of ``wta-np train``: defaults, what is given, and those of a run that goes on."""

from __future__ import annotations

import inspect
from typing import Any

from wta_np.cli.saved_settings import saved_settings
from wta_np.data.preparation import SETTINGS, is_cut
from wta_np.models import FCWTA, RBM, ConvWTA
from wta_np.training import load_checkpoint


def _model_defaults(kind, **options):
    """Rate and momentum of a kind of model, and the defaults of its class for some options of the command.

    `options` gives for each option the name of the argument of the class.
    """
    parameters = inspect.signature(kind).parameters
    defaults = {option: parameters[argument].default for option, argument in options.items()}
    if defaults["lifetime"] is None:
        defaults["lifetime"] = "none"
    return {"lr": kind.default_lr, "momentum": kind.default_momentum, **defaults}


COMMON = {
    "data": "sample",
    "backend": "numpy",
    "batch_size": 100,
    "seed": 0,
    **{name: SETTINGS[name] for name in ("patch", "n_patches", "grey")},
}
WHITEN = {name: SETTINGS[name] for name in ("contrast", "whiten", "retain")}
DEFAULTS = {  # of the models' classes where they have one, so that Python and the command agree
    "fc": {
        **COMMON,
        **WHITEN,
        **_model_defaults(FCWTA, lifetime="lifetime", tied="tied"),
        "epochs": 20,
        "units": [1000],
    },
    "conv": {
        **COMMON,
        **_model_defaults(
            ConvWTA, lifetime="lifetime", layers="n_layers", size="size", decoder_size="decoder_size"
        ),
        "n_patches": 5000,
        "contrast": None,  # None: see CONV_DEPENDS
        "epochs": 10,
        "lr": None,
        "maps": 16,
    },
    "rbm": {
        **COMMON,
        **_model_defaults(RBM, lifetime="lifetime", cd_k="cd_k"),
        "epochs": 20,
        "units": 1000,
    },
}
CONV_DEPENDS = {  # on whole images, on patches
    "contrast": (False, True),
    "lr": (ConvWTA.default_lr, ConvWTA.default_lr / 10),
}
PATCH = {"fc": 11, "conv": 48, "rbm": 11}  # side of the patches of data that are always cut
FREE_ON_RESUME = ("epochs", "backend")


def run_settings(arguments: Any, path: Any) -> Any:
    """The settings of a run, with those defaults that depend on others."""
    settings = _given_settings(arguments, path)
    if settings["patch"] is None and is_cut(settings["data"]):
        settings["patch"] = PATCH[arguments.kind]
    if arguments.kind == "conv":
        for name, values in CONV_DEPENDS.items():
            if settings[name] is None:
                settings[name] = values[settings["patch"] is not None]
    return settings


def _given_settings(arguments, path):
    """The settings of a run: those given, over those of the run to resume, over the defaults."""
    defaults = DEFAULTS[arguments.kind]
    given = {name: getattr(arguments, name) for name in defaults if getattr(arguments, name) is not None}
    if not arguments.resume:
        if path.exists() and not arguments.overwrite:
            raise ValueError(
                f"{path} is there already: go on with --resume, name another --out, or --overwrite"
            )
        return {**defaults, **given}
    if not path.exists():
        raise ValueError(f"--resume: there is no {path} to go on with")
    about = load_checkpoint(path).about
    if about.get("kind") != arguments.kind:
        raise ValueError(f"--resume: {path} was not written by wta-np train {arguments.kind}")
    before = {**defaults, **saved_settings(about, path)}
    for name, value in given.items():
        if name not in FREE_ON_RESUME and value != before[name]:
            option, old = name.replace("_", "-"), before[name]
            raise ValueError(f"--{option} is {value}, but the run in {path} was started with {old}")
    return {**before, **given}
