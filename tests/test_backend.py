"""Which library an array belongs to, and clear words where that has no answer."""

import copy
import importlib.metadata
import importlib.util
import os
import pickle
import subprocess
import sys
from types import SimpleNamespace

import numpy as np
import pytest
from strict_backend import StrictArray, strict

import wta_np
from wta_np import backend, backend_devices
from wta_np.backend import array_module, available_backends, backend_name, to_backend, to_numpy

FRAME = type("DataFrame", (), {"to_numpy": None})()  # as of pandas
DEVICE = to_backend(np.arange(6.0).reshape(2, 3), "strict")


def test_array_module_follows_the_arrays(place, backend):
    module = array_module(place(np.ones(2)), place(np.zeros((3, 1))))
    assert module.__name__ == backend


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: array_module(np.ones(2), DEVICE), "argument 2 is on strict but argument 1 is on numpy"),
        (lambda: array_module(x=DEVICE, W=np.ones(2)), "W is on numpy but x is on strict: move one"),
        (lambda: array_module(np.ones(2), [1.0]), "argument 2 is a list, expected an array"),
        (lambda: array_module(b=None), "b is a NoneType"),
        (lambda: array_module(x=FRAME), r"x is a DataFrame, expected an array .*: use x.to_numpy\(\)"),
        (lambda: array_module(3.0), "argument 1 is a float"),
        (
            lambda: array_module(np.ma.masked_array([1.0, 2.0])),
            "argument 1 is a MaskedArray, expected an array",
        ),
        (lambda: array_module(), "at least one array"),
    ],
)
def test_mixed_or_unsupported_arguments_are_named(call, words):
    with pytest.raises(TypeError, match=words):
        call()


def test_arrays_move_there_and_back(place, backend):
    a = np.arange(4, dtype="f4")
    there = place(a)
    assert backend_name(there) == backend and there.dtype == np.float32
    np.testing.assert_array_equal(to_numpy(there), a)
    assert to_backend(there, backend) is there
    assert to_numpy(a) is a and backend_name([1]) is None


def test_numpy_is_always_available_and_unknown_names_are_refused():
    assert available_backends()[0] == "numpy"
    with pytest.raises(
        ValueError, match=r"unknown backend 'abacus', expected one of 'cupy', 'dpnp', 'numpy'"
    ):
        to_backend(np.ones(2), "abacus")


def test_cupy_missing_or_without_a_gpu_is_said(monkeypatch):
    if "cupy" in available_backends():
        pytest.skip("there is a GPU here")
    with pytest.raises(ValueError, match="backend 'cupy' was asked for, but"):
        to_backend(np.ones(2), "cupy")
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(ValueError, match=r"CuPy is not installed: pip install cupy-cuda12x"):
        to_backend(np.ones(2), "cupy")


class FakeRuntime:
    def __init__(self, count):
        self.count = count

    def getDeviceCount(self):
        if self.count is None:
            raise RuntimeError("driver too old")
        return self.count


@pytest.mark.parametrize(
    ("count", "words"), [(None, "no usable GPU here: driver too old"), (0, "has no GPU")]
)
def test_a_cupy_that_finds_no_gpu_is_said(count, words, monkeypatch):
    fake = type("cupy", (), {"cuda": type("cuda", (), {"runtime": FakeRuntime(count)})})
    monkeypatch.setattr(backend, "_BACKENDS", {k: v for k, v in backend._BACKENDS.items() if k != "cupy"})
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: True)
    monkeypatch.setattr(backend_devices.importlib, "import_module", lambda name: fake)
    with pytest.raises(ValueError, match=words):
        to_backend(np.ones(2), "cupy")
    assert "cupy" not in available_backends()


@pytest.mark.parametrize(
    ("n_devices", "words"),
    [
        (None, "dpnp cannot be used here: no runtime"),
        (0, "finds no device here: pip install intel-opencl-rt"),
    ],
)
def test_a_dpnp_that_finds_no_device_is_said(n_devices, words, monkeypatch):
    def get_devices():
        if n_devices is None:
            raise RuntimeError("no runtime")
        return [object()] * n_devices

    fake = SimpleNamespace(get_devices=get_devices)
    monkeypatch.setattr(backend, "_BACKENDS", {k: v for k, v in backend._BACKENDS.items() if k != "dpnp"})
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: True)
    monkeypatch.setattr(backend_devices.importlib, "import_module", lambda name: fake)
    with pytest.raises(ValueError, match=words):
        to_backend(np.ones(2), "dpnp")
    assert "dpnp" not in available_backends()


def test_dpnp_missing_is_said(monkeypatch):
    monkeypatch.setattr(backend, "_BACKENDS", {k: v for k, v in backend._BACKENDS.items() if k != "dpnp"})
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(ValueError, match=r"dpnp is not installed: pip install 'wta_np\[dpnp\]'"):
        to_backend(np.ones(2), "dpnp")


@pytest.mark.parametrize("given", [None, "/elsewhere/driver.so"])
def test_the_opencl_driver_that_pip_brought_is_named_unless_the_user_named_one(given, monkeypatch, tmp_path):
    monkeypatch.delenv("OCL_ICD_FILENAMES", raising=False)
    if given:
        monkeypatch.setenv("OCL_ICD_FILENAMES", given)
    driver = tmp_path / "libintelocl.so"
    files = [SimpleNamespace(name=p.name, locate=lambda p=p: p) for p in (tmp_path / "LICENSE", driver)]
    monkeypatch.setattr(importlib.metadata, "files", lambda package: files)
    backend_devices._name_opencl_driver()
    assert os.environ["OCL_ICD_FILENAMES"] == (given or str(driver))
    os.environ.pop("OCL_ICD_FILENAMES")  # the variable was not there when monkeypatch looked


def test_models_are_copied_deeply_and_pickled_on_every_backend(backend):
    model = wta_np.FCWTA(3, 2).to(backend)
    for other in (copy.deepcopy(model), pickle.loads(pickle.dumps(model))):
        for name, value in other.params.items():
            assert backend_name(value) == backend and value is not model.params[name]
            np.testing.assert_array_equal(to_numpy(value), to_numpy(model.params[name]))


def test_importing_the_package_imports_no_device_library():
    code = "import sys, wta_np, wta_np.cli; print({'cupy', 'dpnp', 'matplotlib.pyplot'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


def test_nothing_imports_a_device_library_by_name_and_ops_call_no_numpy():
    import ast
    from pathlib import Path

    root = Path(backend.__file__).parent
    for path in root.rglob("*.py"):
        names = set()
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                names |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                names.add((node.module or "").split(".")[0])
        assert not names & {"cupy", "dpnp", "dpctl"}, path
        assert "ops" not in path.parent.parts or "numpy" not in names, path


@pytest.mark.parametrize(
    "leak",
    [
        lambda: np.asarray(DEVICE),
        lambda: np.exp(DEVICE),
        lambda: np.sum(DEVICE),
        lambda: np.concatenate([DEVICE, DEVICE]),
        lambda: DEVICE + np.ones((2, 3)),
        lambda: np.ones((2, 3)) * DEVICE,
        lambda: DEVICE @ np.ones((3, 1)),
        lambda: DEVICE[np.array([0, 1])],
        lambda: DEVICE[[0, 1]],
        lambda: DEVICE + [1.0, 2.0, 3.0],
        lambda: DEVICE.__setitem__(0, np.ones(3)),
        lambda: strict.maximum(DEVICE, np.ones(3)),
        lambda: strict.concatenate([DEVICE, np.ones((1, 3))]),
        lambda: strict.add(DEVICE, 1, out=np.ones((2, 3))),
        lambda: float(DEVICE),
        lambda: strict.insert(DEVICE, 0, 1.0),
        lambda: strict.nditer(DEVICE),
        lambda: DEVICE.setflags(write=False),
        lambda: strict.zeros(3, "f4"),
        lambda: strict.add.reduce(DEVICE),
        lambda: strict.maximum(DEVICE, 0, out=DEVICE),
        lambda: strict.maximum(DEVICE, 0, out=DEVICE[::-1]),
        lambda: strict.bincount(strict.zeros(0, dtype=int)),
        lambda: float(DEVICE[0, :1]),
        lambda: DEVICE == None,  # noqa: E711
        lambda: strict.zeros(2, dtype="u1") >= 300,
        lambda: DEVICE[0].T,
    ],
)
@pytest.mark.filterwarnings("ignore")
def test_the_stand_in_device_refuses(leak):
    with pytest.raises((TypeError, AttributeError, ValueError, OverflowError)):
        leak()


@pytest.mark.parametrize(
    ("work", "expected"),
    [
        (lambda a: a + 1, [[1, 2, 3], [4, 5, 6]]),
        (lambda a: 1 - a, [[1, 0, -1], [-2, -3, -4]]),
        (lambda a: np.float64(2) * a, [[0, 2, 4], [6, 8, 10]]),
        (lambda a: a.sum(axis=0), [3, 5, 7]),
        (lambda a: strict.maximum(a, 3), [[3, 3, 3], [3, 4, 5]]),
        (lambda a: strict.where(a > 2, a, 0), [[0, 0, 0], [3, 4, 5]]),
        (lambda a: a[a > 3], [4, 5]),
        (lambda a: a[strict.asarray([1])], [[3, 4, 5]]),
        (lambda a: a.T @ a, [[9, 12, 15], [12, 17, 22], [15, 22, 29]]),
        (lambda a: strict.add(a, 1, out=a * 1), [[1, 2, 3], [4, 5, 6]]),
        (lambda a: -a[0], [0, -1, -2]),
    ],
)
def test_the_stand_in_device_computes_and_keeps_results(work, expected):
    result = work(DEVICE)
    assert isinstance(result, StrictArray)
    np.testing.assert_array_equal(to_numpy(result), expected)


def test_reductions_stay_on_the_device_until_asked_for():
    total = DEVICE.sum()
    assert isinstance(total, StrictArray) and total.shape == ()
    assert float(total) == 15.0 and int(total) == 15 and bool(total)


def test_in_place_work_changes_the_array_itself():
    a = to_backend(np.ones(3), "strict")
    b = a
    a += 1
    a[1:] *= 3
    np.testing.assert_array_equal(to_numpy(b), [2, 6, 6])
