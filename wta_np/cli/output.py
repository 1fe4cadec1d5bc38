"""What a command prints: text for people, or with ``--json`` an object for programs; with ``--quiet`` no bars."""

from __future__ import annotations

import contextlib
import json
import math
import os
import sys
from collections.abc import Iterator
from typing import Any

BARS = "TQDM_DISABLE"  # the switch of tqdm, which all bars of the package obey


def add_output_options(parser: Any, keys: str) -> None:
    """Add ``--json`` and ``--quiet``; `keys` says in the help text what the object has."""
    parser.add_argument(
        "--json",
        dest="as_json",
        action="store_true",
        help=f"print one JSON object and nothing else: {keys}; text for people goes to standard error",
    )
    add_quiet(parser)


def add_quiet(parser: Any) -> None:
    """Add ``--quiet``."""
    parser.add_argument("--quiet", action="store_true", help="show no progress, only results")


def run(arguments: Any) -> int:
    """Run the command of these arguments and return its exit status.

    With ``--json`` what it prints goes to standard error (nowhere with ``--quiet``), and then the dict that it left in
    ``arguments.results`` to standard output. An error leaves standard output empty.
    """
    as_json, quiet = getattr(arguments, "as_json", False), getattr(arguments, "quiet", False)
    arguments.results = None
    with _without_bars() if quiet else contextlib.nullcontext():
        if not as_json:
            return arguments.run(arguments) or 0
        people = _nowhere() if quiet else contextlib.nullcontext(sys.stderr)
        with people as stream, contextlib.redirect_stdout(stream):
            status = arguments.run(arguments) or 0
    if arguments.results is not None:
        print(as_text(arguments.results))
    return status


def as_text(results: dict[str, Any]) -> str:
    """An object as JSON text, where numbers that JSON lacks are null.

    >>> from pathlib import Path
    >>> print(as_text({"loss": float("nan"), "model": Path("model.npz"), "rows": ({"C": 0.5},)}))
    {"loss": null, "model": "model.npz", "rows": [{"C": 0.5}]}
    """
    return json.dumps(_plain(results), allow_nan=False)


def _plain(value):
    """Numbers of NumPy as Python's, paths as text, and None for NaN and infinities."""
    if isinstance(value, dict):
        return {str(key): _plain(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(entry) for entry in value]
    if isinstance(value, os.PathLike):
        return os.fspath(value)
    if hasattr(value, "item"):
        value = value.item()
    return None if isinstance(value, float) and not math.isfinite(value) else value


@contextlib.contextmanager
def _without_bars() -> Iterator[None]:
    before = os.environ.get(BARS)
    os.environ[BARS] = "1"
    try:
        yield
    finally:
        if before is None:
            del os.environ[BARS]
        else:
            os.environ[BARS] = before


@contextlib.contextmanager
def _nowhere() -> Iterator[Any]:
    with open(os.devnull, "w", encoding="utf-8") as file:
        yield file
