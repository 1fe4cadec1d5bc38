"""Libraries that only some users need, and the sentence for those who lack one."""

from __future__ import annotations

import importlib
from typing import Any


def need(module: str, extra: str, purpose: str) -> Any:
    """The module of this name, imported now.

    Parameters
    ----------
    module : str
        Its dotted name.
    extra : str
        The extra of wta_np that brings it.
    purpose : str
        What needs it, as the subject of a sentence.

    Raises
    ------
    ValueError
        It is not installed.

    Examples
    --------
    >>> need("no_such_library", "onnx", "ONNX export")
    Traceback (most recent call last):
        ...
    ValueError: ONNX export needs no_such_library, which is not installed: pip install 'wta_np[onnx]'
    """
    try:
        return importlib.import_module(module)
    except ImportError as error:
        library = module.partition(".")[0]
        raise ValueError(
            f"{purpose} needs {library}, which is not installed: pip install 'wta_np[{extra}]'"
        ) from error
