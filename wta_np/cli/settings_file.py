"""Settings of a training as a TOML file: what ``wta-np export RUN --format toml`` writes, ``--config`` reads."""

from __future__ import annotations

import difflib
import importlib
import json
import os
from typing import Any

from wta_np import __version__
from wta_np._utils.foreign import MAX_CHARACTERS, short, shown
from wta_np._utils.paths import user_path
from wta_np._utils.regular import open_regular
from wta_np.cli.kinds import KINDS
from wta_np.cli.saved_settings import CHECKS


def read_settings(path: str | os.PathLike, kind: str) -> dict[str, Any]:
    """The settings that a TOML file gives for a training of this kind.

    Parameters
    ----------
    path : str or path
        The file. Its keys are the options of ``wta-np train KIND`` with ``_`` for ``-``, and ``kind``.
    kind : str
        A name of `KINDS`.

    Returns
    -------
    dict
        Those that the file has, each checked for its kind.

    Raises
    ------
    OSError
        There is no such file.
    ValueError
        It is no TOML file, has a key that is no setting, or a value that is none for its key.
    """
    found = _parsed(path)
    said = found.pop("kind", kind)
    if said != kind:
        raise ValueError(f"{path} says that kind is {shown(said)}, expected {kind!r} for wta-np train {kind}")
    known = KINDS[kind].defaults
    for name, value in found.items():
        if isinstance(value, dict) and name not in known:
            raise ValueError(
                f"{path} has a table [{_short_key(name)}], expected keys and values without tables"
            )
        if name not in known:
            raise ValueError(f"{path} has a key {_short_key(name)}, expected {_nearest(name, known, kind)}")
        is_right, wanted = CHECKS[name]
        if not is_right(value):
            raise ValueError(f"{path} says that {name} is {shown(value)}, expected {wanted}")
    if isinstance(found.get("units"), int) and isinstance(known.get("units"), list):
        found["units"] = [found["units"]]
    if isinstance(found.get("units"), list) and not isinstance(known.get("units"), list):
        raise ValueError(
            f"{path} says that units is {shown(found['units'])}, expected a whole number for {kind}"
        )
    return found


def settings_text(kind: str, settings: dict[str, Any]) -> str:
    """Settings as the text of a TOML file, from which `read_settings` makes them again.

    >>> print(settings_text("rbm", {"units": 50, "lr": 0.05, "lifetime": "none", "patch": None}), end="")
    ... # doctest: +ELLIPSIS
    # Settings of wta_np ...; wta-np train rbm --config FILE
    kind = "rbm"
    units = 50
    lr = 0.05
    lifetime = "none"
    """
    lines = [f"# Settings of wta_np {__version__}; wta-np train {kind} --config FILE"]
    for name, value in {"kind": kind, **settings}.items():
        if value is not None:  # TOML has no word for it, and a key that is missing is its default
            lines.append(f"{name} = {_written(value)}")
    return "\n".join(lines) + "\n"


def _written(value):
    """A string, number, bool, or list of numbers, as TOML has it: as JSON, but for the character DEL."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _parsed(path):
    """What a TOML file holds; ValueError naming it if it holds none."""
    library = _library(path)
    with open_regular(user_path(path), MAX_CHARACTERS) as file:
        content = file.read(MAX_CHARACTERS + 1)
    try:
        return library.loads(content.decode("utf-8").replace("\r\n", "\n"))
    except UnicodeDecodeError as error:
        raise ValueError(f"{path} is no TOML file: it is not text in UTF-8") from error
    except (ValueError, RecursionError) as error:
        raise ValueError(f"{path} is no TOML file: {short(error)}") from error


def _library(path):
    """Python's own reader of TOML, or before Python 3.11 the library that became it."""
    for name in ("tomllib", "tomli"):
        try:
            return importlib.import_module(name)
        except ImportError:
            continue
    raise ValueError(
        f"--config {path} needs Python 3.11, or tomli in an older one: pip install 'wta_np[toml]'"
    )


def _nearest(name, known, kind):
    """What to say of the right keys, the most similar one where there is one."""
    near = difflib.get_close_matches(name.replace("-", "_"), known, n=1)
    return f"{near[0]}, or another option of wta-np train {kind}" if near else f"one of {', '.join(known)}"


def _short_key(name):
    return name if len(name) <= 60 else name[:57] + "..."
