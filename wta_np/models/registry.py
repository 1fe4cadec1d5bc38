"""Which class a model in a checkpoint is of, and whether a checkpoint can say so."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from typing import Any

from wta_np.models.base import Model

REPLACED = ("rng", "dtype")  # arguments of a model's class whose effect lies in its parameters
OWN = "wta_np.models."


def model_class(name: str) -> type[Model] | None:
    """The class of models with this name, or None if there is none.

    A checkpoint names the class of its model. A class of your own that derives from a model is found once
    its definition has run; of several definitions with one name, the last one is taken. The names of the
    package's own models always mean these.
    """
    found = None
    for kind in _subclasses(Model):
        if kind.__name__ == name:
            if kind.__module__.startswith(OWN):
                return kind
            found = kind
    return found


def _subclasses(kind: type) -> Iterator[type]:
    """All classes that derive from this one, each after the class it derives from."""
    for below in kind.__subclasses__():
        yield below
        yield from _subclasses(below)


def check_can_be_saved(model: Any) -> None:
    """TypeError if a checkpoint of this model could not be loaded again as what it is.

    Loading calls the model's class with its `config`, and takes over the parameters.
    """
    kind = type(model)
    if not isinstance(model, Model):
        raise TypeError(f"model is a {kind.__name__}, expected one of FCWTA, ConvWTA, RBM, Stack")
    found = model_class(kind.__name__)
    if (found.__module__, found.__qualname__) != (kind.__module__, kind.__qualname__):
        raise TypeError(
            f"model is of the class {kind.__qualname__} of {kind.__module__}, but a checkpoint that says "
            f"{kind.__name__!r} would be loaded as that of {found.__module__}: give it another name"
        )
    parameters = inspect.signature(kind).parameters.values()
    names = {p.name for p in parameters if p.kind in (p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY)}
    missing = sorted(names - set(model.config) - set(REPLACED))
    unknown = sorted(set(model.config) - names)
    if any(p.kind is p.VAR_KEYWORD for p in parameters):
        unknown = []
    if missing or unknown:
        wrong = f"lacks {', '.join(missing)}" if missing else f"has {', '.join(unknown)}"
        raise TypeError(
            f"model is a {kind.__name__} whose config {wrong}: loading calls {kind.__name__}(**config), so "
            "define the property config with the arguments of the class"
        )
    for part in getattr(model, "models", ()):
        check_can_be_saved(part)
