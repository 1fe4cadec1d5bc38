"""The pages that run: what they load is verified, their cells are those of the chapters, their toys compute as the
package does."""

import io
import json
import re
import shutil
import subprocess
import zipfile
from pathlib import Path

import numpy as np
import pytest

import wta_np
from tutorials.book.live import assets, runtime, variants
from wta_np import ops

ROOT = Path(__file__).resolve().parent.parent
STATIC = ROOT / "tutorials" / "book" / "live" / "static"
CELL = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)
needs_node = pytest.mark.skipif(not shutil.which("node"), reason="needs node")


def cells(number):
    (path,) = (ROOT / "tutorials").glob(f"{number}-*.md")
    return CELL.findall(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("number", sorted(variants.SMALL | variants.CANNOT))
def test_a_small_variant_replaces_what_its_cell_holds_and_is_python(number):
    code = cells(number)
    for place, changes in variants.SMALL.get(number, {}).items():
        small = code[place - 1]
        for before, after in changes:
            assert before in small
            small = small.replace(before, after)
        compile(small, f"chapter {number}, cell {place}", "exec")
    assert all(1 <= place <= len(code) for place in variants.CANNOT.get(number, {}))


def test_a_cell_that_starts_threads_or_processes_is_said_to_run_not_in_a_page():
    for path in sorted((ROOT / "tutorials").glob("[0-9][0-9]-*.md")):
        number = path.name[:2]
        for place, code in enumerate(cells(number), 1):
            starts = re.search(r"run_ranks\(|ThreadPoolExecutor\(|subprocess\.run", code)
            assert bool(starts) <= (place in variants.CANNOT.get(number, {})), (path.name, place)


@pytest.fixture
def listed(tmp_path, monkeypatch):
    """A folder with a list of one package, numpy, whose wheel is b"right"; and a folder that may hold it."""
    monkeypatch.setattr(runtime, "NUMPY", ("numpy",))
    for name in ("PICTURES", "TESTS"):
        monkeypatch.setattr(runtime, name, ())
    for name in ("from_the_cdn", "from_the_bundle"):
        nothing = lambda names, said: iter(())  # noqa: E731
        nothing.__name__ = name
        monkeypatch.setattr(runtime, name, nothing)
    fetched, given = tmp_path / "fetched", tmp_path / "given"
    fetched.mkdir()
    given.mkdir()
    numpy = {"file_name": "numpy.whl", "sha256": runtime.sha256(b"right")}
    (fetched / "pyodide-lock.json").write_text(json.dumps({"packages": {"numpy": numpy}}))
    monkeypatch.setenv("PYODIDE_WHEELS", str(given))
    return fetched, given


def test_a_wheel_with_the_hash_of_the_official_list_is_taken_from_anywhere(listed):
    fetched, given = listed
    (given / "numpy.whl").write_bytes(b"right")
    runtime.compiled(fetched)
    assert (fetched / "numpy.whl").read_bytes() == b"right"


def test_a_wheel_with_another_hash_is_refused_by_name(listed):
    fetched, given = listed
    (given / "numpy.whl").write_bytes(b"wrong")
    with pytest.raises(RuntimeError, match=r"no numpy\.whl: numpy\.whl has another hash from a folder"):
        runtime.compiled(fetched)
    assert not (fetched / "numpy.whl").exists()


def test_a_package_of_npm_with_another_hash_is_refused(tmp_path):
    (tmp_path / f"pyodide-{runtime.VENDOR['npm']['pyodide']['version']}.tgz").write_bytes(b"wrong")
    with pytest.raises(RuntimeError, match="from npm has another hash"):
        runtime.from_npm("pyodide", {}, tmp_path)


def test_the_package_is_one_archive_for_the_same_files():
    first = assets.package()
    assert first == assets.package()
    names = zipfile.ZipFile(io.BytesIO(first)).namelist()
    assert "wta_np/ops/lifetime.py" in names and not any("__pycache__" in name for name in names)


def test_the_interpreter_comes_from_where_the_cdn_has_what_npm_has():
    assert assets.address(runtime.CDN, "pyodide.asm.wasm").startswith(
        "https://cdn.jsdelivr.net/npm/pyodide@0."
    )
    assert assets.address(runtime.CDN, "numpy.whl").startswith("https://cdn.jsdelivr.net/pyodide/v0.")
    assert assets.address("http://here/", "pyodide.js") == "http://here/pyodide.js"


def in_node(expression, **inputs):
    """The value of an expression in JavaScript, with the equations of the toys as `math`."""
    program = "".join(
        (STATIC / name).read_text(encoding="utf-8") for name in ("toy-math.js", "toy-weights.js")
    )
    program = program.replace("window.", "globalThis.")
    lines = [f"const {name} = {json.dumps(value)};" for name, value in inputs.items()]
    program += "\n".join(
        [*lines, "const math = WtaLive.math;", f"console.log(JSON.stringify({expression}));"]
    )
    done = subprocess.run(["node", "-"], input=program, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@needs_node
def test_the_winners_of_a_column_are_those_of_the_package():
    rng = np.random.default_rng(0)
    columns = np.maximum(0, rng.integers(-3, 4, (50, 12)))  # full of ties
    masks = in_node("columns.map((c, i) => math.winners(c, (i % 12) + 1))", columns=columns.tolist())
    for i, (column, mask) in enumerate(zip(columns, masks)):
        expected = ops.lifetime_mask(column[:, None].astype(float), i % 12 + 1)
        assert np.array_equal(mask, expected[:, 0])


@needs_node
def test_windows_and_their_adjoint_are_those_of_the_package():
    x = np.random.default_rng(0).integers(0, 5, (1, 6, 7, 1)).astype(float)
    cols = ops.im2col(x, 3, 3)
    rows, back = in_node(
        "[math.im2col(x, 6, 7, 3), math.col2im(math.im2col(x, 6, 7, 3), 6, 7, 3)]", x=x.ravel().tolist()
    )
    assert np.array_equal(rows, cols)
    assert np.array_equal(np.reshape(back, x.shape), ops.col2im(cols, x.shape, 3, 3))


@needs_node
def test_a_digit_is_decoded_in_the_page_as_by_the_package():
    """With the weights that come with the page; their rounding to 8 bits costs little."""
    x = wta_np.load("sample").x_test[:4]
    params, *found = in_node(
        "[math.unpacked(WtaLive.toyWeights), ...images.map((x) => { const r = math.convWta("
        "math.unpacked(WtaLive.toyWeights), x); return [r.code, Object.values(r.image)]; })]",
        images=x.reshape(4, -1).tolist(),
    )
    model = wta_np.ConvWTA(1, params["W_dec"]["shape"][0], n_layers=2, lifetime=None)
    model.params = {
        name: np.array(list(w["values"].values()), np.float32).reshape(w["shape"])
        for name, w in params.items()
    }
    code = model.winners(x)
    for n, (winners, image) in enumerate(found):
        mine = sorted((w["f"], w["y"], w["x"]) for w in winners)
        here = code.n == n
        assert mine == sorted(zip(code.f[here].tolist(), code.y[here].tolist(), code.x[here].tolist()))
        np.testing.assert_allclose(np.reshape(image, (28, 28, 1)), model.reconstruct(x)[n], atol=1e-4)
    assert wta_np.evaluation.explained_variance(x, model.reconstruct(x)) > 0.6
