"""Winner-take-all autoencoders in NumPy and CuPy, every gradient derived by hand.

>>> import wta_np
>>> data = wta_np.load("sample").flat()
>>> model = wta_np.FCWTA(784, 50, lifetime=0.05)
>>> history = wta_np.fit(model, data.x_train[:500], epochs=2, progress=False)
>>> model.encode(data.x_test).shape
(2000, 50)

Each name is imported when it is first used, so that a part brings in only what it needs itself: the gradient
check NumPy alone, for one.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from wta_np.data import Dataset, load, load_data
    from wta_np.evaluation import LinearSVM
    from wta_np.models import FCWTA, RBM, ConvWTA, Stack
    from wta_np.testing import gradcheck
    from wta_np.training import SGD, History, fit, load_checkpoint, load_model, save, step_decay

__version__ = "0.1.0"

__all__ = [
    "FCWTA",
    "RBM",
    "SGD",
    "ConvWTA",
    "Dataset",
    "History",
    "LinearSVM",
    "Stack",
    "fit",
    "gradcheck",
    "load",
    "load_checkpoint",
    "load_data",
    "load_model",
    "save",
    "step_decay",
]

_NAMES = {
    "wta_np.data": ("Dataset", "load", "load_data"),
    "wta_np.evaluation": ("LinearSVM",),
    "wta_np.models": ("FCWTA", "RBM", "ConvWTA", "Stack"),
    "wta_np.testing": ("gradcheck",),
    "wta_np.training": ("SGD", "History", "fit", "load_checkpoint", "load_model", "save", "step_decay"),
}
_HOME = {name: module for module, names in _NAMES.items() for name in names}
_MODULES = {
    "backend",
    "data",
    "distributed",
    "evaluation",
    "interop",
    "models",
    "ops",
    "plots",
    "report",
    "testing",
    "training",
}


def __getattr__(name: str):
    """A public name, or a part of the package, imported now."""
    if name in _HOME:
        value = getattr(importlib.import_module(_HOME[name]), name)
    elif name in _MODULES:
        value = importlib.import_module(f"wta_np.{name}")
    else:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__, *_MODULES})
