"""Files of weights: what is written can be read elsewhere, and what is read is checked."""

import json

import numpy as np
import pytest

from wta_np import FCWTA, Stack
from wta_np.interop import read_weights, write_weights
from wta_np.interop.extras import need


@pytest.mark.parametrize("suffix", ["safetensors", "npz"])
@pytest.mark.parametrize("model", [FCWTA(6, 4), Stack([FCWTA(5, 4), FCWTA(4, 3)])], ids=["one", "stack"])
def test_every_weight_is_in_the_file(model, suffix, tmp_path):
    if suffix == "safetensors":
        pytest.importorskip("safetensors")
    path = tmp_path / f"w.{suffix}"
    write_weights(path, model)
    read = read_weights(path)
    assert set(read) == set(model.stored_params)
    assert all(np.array_equal(read[name], value) for name, value in model.stored_params.items())


def test_a_safetensors_file_says_what_the_model_is(tmp_path):
    safetensors = pytest.importorskip("safetensors")
    write_weights(tmp_path / "w.safetensors", FCWTA(6, 4))
    with safetensors.safe_open(tmp_path / "w.safetensors", "numpy") as file:
        about = file.metadata()
    assert about["model"] == "FCWTA" and json.loads(about["config"])["n_hidden"] == [4]


@pytest.mark.parametrize("name", ["w.pt", "w.pth", "w.h5", "w"])
def test_other_formats_are_refused_by_name(name, tmp_path):
    (tmp_path / name).write_bytes(b"x")
    with pytest.raises(ValueError, match=r"pickled|expected \.safetensors or \.npz"):
        read_weights(tmp_path / name)


@pytest.mark.parametrize("suffix", ["safetensors", "npz"])
@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"\xff" * 100, (10**9).to_bytes(8, "little")])
def test_damaged_files_get_a_sentence(suffix, content, tmp_path):
    if suffix == "safetensors":
        pytest.importorskip("safetensors")
    path = tmp_path / f"w.{suffix}"
    path.write_bytes(content)
    with pytest.raises(ValueError, match="is not a complete"):
        read_weights(path)


def test_a_type_that_numpy_lacks_gets_a_sentence(tmp_path):
    pytest.importorskip("safetensors")
    header = json.dumps({"w": {"dtype": "BF16", "shape": [1], "data_offsets": [0, 2]}}).encode()
    (tmp_path / "w.safetensors").write_bytes(len(header).to_bytes(8, "little") + header + b"\0\0")
    try:
        read = read_weights(tmp_path / "w.safetensors")
    except ValueError as error:
        assert "w.safetensors" in str(error)
    else:
        assert set(read) == {"w"}


def test_a_library_that_is_missing_names_its_extra():
    with pytest.raises(
        ValueError, match=r"needs nowhere, which is not installed: pip install 'wta_np\[onnx\]'"
    ):
        need("nowhere.at_all", "onnx", "ONNX export")
