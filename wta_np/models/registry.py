"""Which class a model in a checkpoint is of, and whether a checkpoint can say so."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from typing import Any

from wta_np.models.base import Model

REPLACED = ("rng", "dtype")  # arguments of a model's class whose effect lies in its parameters
OWN = "wta_np.models."


def class_name(kind: type[Model]) -> str:
    """How a checkpoint names a class of models: "FCWTA", or with its module if it is not the package's own."""
    return kind.__name__ if kind.__module__.startswith(OWN) else f"{kind.__module__}.{kind.__qualname__}"


def model_class(name: Any) -> type[Model] | None:
    """The class of models that a checkpoint calls `name`, or None if this process knows none.

    A class of your own that derives from a model is found once its definition has run. Of several
    definitions the last one counts. If it has moved to another module, its own name is enough, as long as
    only one class has it.
    """
    known = {class_name(kind): kind for kind in _subclasses(Model)}
    if not isinstance(name, str):
        return None
    if name in known:
        return known[name]
    last = name.rpartition(".")[2]
    moved = [kind for full, kind in known.items() if "." in full and kind.__name__ == last]
    return moved[0] if "." in name and len(moved) == 1 else None


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
