"""The settings of a run of ``wta-np train``: defaults, what is given, and those of a run that goes on."""

from __future__ import annotations

from typing import Any

from wta_np.cli.kinds import KINDS
from wta_np.cli.saved_settings import saved_settings
from wta_np.cli.settings_file import read_settings
from wta_np.data.preparation import is_cut
from wta_np.training import load_checkpoint

FREE_ON_RESUME = ("epochs", "backend")


def run_settings(arguments: Any, path: Any) -> Any:
    """The settings of a run, with those defaults that depend on others."""
    settings = _given_settings(arguments, path)
    if settings["patch"] is None and is_cut(settings["data"]):
        settings["patch"] = KINDS[arguments.kind].patch
    for name, (on_images, on_patches) in KINDS[arguments.kind].depends.items():
        if settings[name] is None:
            settings[name] = on_images if settings["patch"] is None else on_patches
    return settings


def _given_settings(arguments, path):
    """The settings of a run: those given, over those of --config, over the run to resume, over the defaults."""
    defaults = KINDS[arguments.kind].defaults
    in_file = read_settings(arguments.config, arguments.kind) if arguments.config else {}
    typed = {name: getattr(arguments, name) for name in defaults if getattr(arguments, name) is not None}
    given = in_file | typed
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
            said = (
                f"{arguments.config} says that {name}" if name not in typed else f"--{name.replace('_', '-')}"
            )
            raise ValueError(f"{said} is {value}, but the run in {path} was started with {before[name]}")
    return {**before, **given}
