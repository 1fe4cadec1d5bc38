"""The settings of a run of ``wta-np train``: defaults, what is given, and those of a run that goes on."""

from __future__ import annotations

from wta_np.data.preparation import SETTINGS, is_cut
from wta_np.training import load_checkpoint

COMMON = {
    "data": "sample",
    "backend": "numpy",
    "momentum": 0.9,
    "batch_size": 100,
    "seed": 0,
    **{name: SETTINGS[name] for name in ("patch", "n_patches", "grey")},
}
WHITEN = {name: SETTINGS[name] for name in ("contrast", "whiten", "retain")}
DEFAULTS = {
    "fc": {**COMMON, **WHITEN, "epochs": 20, "lr": 0.02, "lifetime": 0.05, "units": [1000], "tied": True},
    "conv": {
        **COMMON,
        "n_patches": 5000,
        "contrast": None,  # None: see CONV_DEPENDS
        "epochs": 10,
        "lr": None,
        "lifetime": 0.05,
        "maps": 16,
        "layers": 2,
        "size": 5,
        "decoder_size": 11,
    },
    "rbm": {
        **COMMON,
        "epochs": 20,
        "lr": 0.05,
        "momentum": 0.5,
        "lifetime": "none",
        "units": 1000,
        "cd_k": 1,
    },
}
CONV_DEPENDS = {"contrast": (False, True), "lr": (0.002, 0.0002)}  # on whole images, on patches
PATCH = {"fc": 11, "conv": 48, "rbm": 11}  # side of the patches of data that are always cut
FREE_ON_RESUME = ("epochs", "backend")


def run_settings(arguments, path):
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
    before = {**defaults, **(about.get("settings") or {})}
    for name, value in given.items():
        if name not in FREE_ON_RESUME and value != before[name]:
            option, old = name.replace("_", "-"), before[name]
            raise ValueError(f"--{option} is {value}, but the run in {path} was started with {old}")
    return {**before, **given}
