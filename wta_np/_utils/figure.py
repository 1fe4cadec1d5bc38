"""matplotlib's Figure, imported whatever MPLBACKEND says, and shown by a notebook as it is."""

from __future__ import annotations

import contextlib
import importlib
import io
import os
import sys
from typing import Any


def import_matplotlib() -> Any:
    """The package matplotlib, without its pyplot.

    A notebook sets MPLBACKEND to a backend of its kernel, and every process that it starts inherits that. If the
    backend is not installed for this process, the import of matplotlib would raise. No figure here needs it:
    so it is taken over afterwards, if that is possible.
    """
    if "matplotlib" in sys.modules:
        return sys.modules["matplotlib"]
    backend = os.environ.pop("MPLBACKEND", None)
    try:
        matplotlib = importlib.import_module("matplotlib")
    finally:
        if backend is not None:
            os.environ["MPLBACKEND"] = backend
    if backend:
        with contextlib.suppress(ValueError):
            matplotlib.rcParams["backend"] = backend
    return matplotlib


import_matplotlib()
_figure = importlib.import_module("matplotlib.figure")


class Figure(_figure.Figure):
    """A `matplotlib.figure.Figure` that a notebook shows as a picture without pyplot or ``%matplotlib inline``."""

    def _repr_png_(self) -> bytes:
        """The picture, which a notebook asks for when the figure is a cell's result."""
        file = io.BytesIO()
        self.savefig(file, format="png")
        return file.getvalue()
