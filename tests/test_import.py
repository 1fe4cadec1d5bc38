"""The package's names are imported when they are used, and each brings in only what it needs."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import wta_np

PICTURES_AND_BARS = {"matplotlib", "tqdm", "hypothesis", "PIL", "wta_np.training", "wta_np.evaluation"}


def modules_after(statement):
    """The modules that a fresh Python has loaded after one statement."""
    code = f"{statement}; import sys; print(*sys.modules, sep='\\n')"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


@pytest.mark.parametrize(
    "statement",
    [
        "import wta_np",
        "from wta_np import gradcheck; gradcheck",
        "from wta_np.testing import gradcheck_model",
    ],
)
def test_the_package_and_its_gradient_check_bring_in_no_pictures_and_no_progress_bars(statement):
    assert not modules_after(statement) & PICTURES_AND_BARS


CHECKS = """
import numpy as np
from wta_np.testing import assert_gradients, gradcheck, gradcheck_layer
class Square:
    def forward(self, x):
        self.x = x
        return x ** 2
    def backward(self, dy):
        return 2 * dy * self.x
gradcheck(np.sin, lambda dy, x: dy * np.cos(x), {"x": np.ones(3)})
gradcheck_layer(Square(), np.ones(3))
assert_gradients(np.tanh, lambda dy, x: dy / np.cosh(x) ** 2, {"x": (3,)}, points=2)
"""


def test_gradient_checks_run_with_no_other_package_than_numpy():
    code = f"import sys\nbefore = set(sys.modules)\n{CHECKS}\nprint(*set(sys.modules) - before)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    packages = {name.split(".")[0] for name in done.stdout.split()}
    assert {"numpy", "wta_np"} <= packages
    others = {p for p in packages if p.lower() not in sys.stdlib_module_names and not p.startswith("_")}
    assert others <= {"numpy", "wta_np", "cython_runtime"}  # the last is in NumPy's own extensions


def test_what_trains_brings_in_the_progress_bar_and_no_pyplot():
    loaded = modules_after("from wta_np import fit")
    assert "tqdm" in loaded and "matplotlib.pyplot" not in loaded


def test_every_public_name_and_every_part_is_there():
    for name in [*wta_np.__all__, "backend", "data", "evaluation", "models", "ops", "plots", "testing"]:
        assert getattr(wta_np, name) is not None and name in dir(wta_np)
    assert callable(wta_np.gradcheck) and wta_np.fit is wta_np.training.fit
    scope = {}
    exec("from wta_np import *", scope)
    assert set(wta_np.__all__) <= set(scope)


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="module 'wta_np' has no attribute 'gradchek'"):
        wta_np.gradchek  # noqa: B018


def test_type_checkers_read_the_same_names_as_the_program():
    tree = ast.parse(Path(wta_np.__file__).read_text(encoding="utf-8"))
    seen = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module.startswith("wta_np."):
            seen[node.module] = tuple(alias.name for alias in node.names)
    assert seen == wta_np._NAMES
    assert sorted(wta_np.__all__) == sorted(wta_np._HOME)
