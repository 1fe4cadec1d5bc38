"""Every public function says which types it takes and returns; the package says so to type checkers."""

import ast
from pathlib import Path

import wta_np

PACKAGE = Path(wta_np.__file__).parent


def public_functions(body, owner=""):
    """(name, function) of the public functions and methods in the body of a module or class."""
    for node in body:
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            yield from public_functions(node.body, f"{node.name}.")
        elif isinstance(node, ast.FunctionDef) and (node.name == "__init__" or not node.name.startswith("_")):
            yield owner + node.name, node


def is_law(function):
    """Laws are turned into functions of an implementation by their decorator."""
    return any(
        isinstance(d, ast.Call) and getattr(d.func, "id", "") == "law" for d in function.decorator_list
    )


def test_every_public_function_has_type_hints():
    bare = []
    for path in sorted(PACKAGE.rglob("*.py")):
        for name, function in public_functions(ast.parse(path.read_text(encoding="utf-8")).body):
            arguments = function.args.posonlyargs + function.args.args + function.args.kwonlyargs
            hinted = [a.annotation or a.arg in ("self", "cls") for a in arguments]
            returns = function.returns or name.endswith("__init__")
            if not (all(hinted) and returns) and not is_law(function):
                bare.append(f"{path.relative_to(PACKAGE)}:{function.lineno} {name}")
    assert not bare


def test_type_checkers_are_told_to_read_them():
    assert (PACKAGE / "py.typed").exists()
