"""The reference: a page for each module of the package, made from its docstrings."""

import importlib
import importlib.util
import inspect
import pkgutil

from sphinx.ext.autodoc.mock import mock

import wta_np
from tutorials.book.pages import resolve

OPTIONAL = ("mpi4py",)  # what some modules import, and the book does without
ABSENT = [name for name in OPTIONAL if importlib.util.find_spec(name) is None]


def imported(name):
    """A module of the package, with empty modules in the place of optional ones that are not installed."""
    with mock(ABSENT):
        return importlib.import_module(name)


def modules():
    """Names of the package's modules, itself first."""
    found = pkgutil.walk_packages(wta_np.__path__, "wta_np.")
    return ["wta_np"] + sorted(module.name for module in found if not module.name.endswith("__main__"))


def summary(thing):
    """The first sentence of a docstring."""
    first = (inspect.getdoc(thing) or "").split("\n\n")[0].replace("\n", " ")
    return first.rstrip(":")


def heading(text, line="="):
    return [text, line * len(text), ""]


def module_page(name):
    """The page of a module: what it says of itself, what a package exports and holds, functions and classes."""
    module = imported(name)
    lines = [*heading(name), f".. automodule:: {name}", "   :ignore-module-all:"]
    if not hasattr(module, "__path__"):
        # matplotlib and scikit-learn write methods into subclasses, with docstrings for their own pages
        lines += ["   :members:", "   :exclude-members: set, set_score_request"]
        return "\n".join([*lines, "   :show-inheritance:", ""])
    lines += ["   :no-members:", ""]
    exports = getattr(module, "__all__", [])
    if exports:
        lines += heading("Imported from here", "-")
        lines += [f"- :py:obj:`~{resolve(f'{name}.{export}')}`: {said(module, export)}" for export in exports]
        lines += [""]
    inside = [other for other in modules() if other.rpartition(".")[0] == name]
    lines += heading("Modules", "-")
    lines += [f"- :py:mod:`{other}`: {summary(imported(other))}" for other in inside]
    lines += ["", ".. toctree::", "   :hidden:", "", *(f"   {other}" for other in inside), ""]
    found = [f for f in vars(module).values() if inspect.isfunction(f) and f.__module__ == name]
    for function in dict.fromkeys(f.__name__ for f in found):  # once each, whatever other names it has
        lines += [f".. autofunction:: {name}.{function}", ""]
    return "\n".join(lines)


def said(module, export):
    value = getattr(module, export)
    return summary(value) if resolve(f"{module.__name__}.{export}") and callable(value) else "a constant."


def write(folder):
    """Write the pages of the reference."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in modules():
        (folder / f"{name}.rst").write_text(module_page(name), encoding="utf-8")
