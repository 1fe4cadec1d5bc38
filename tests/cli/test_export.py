"""``wta-np export`` and ``import``: files that other programs read, and models from theirs."""

import json
from pathlib import Path

import numpy as np
import pytest
from refusals import refusal

from wta_np import FCWTA, ConvWTA, load_model, save
from wta_np.cli import main
from wta_np.interop import read_weights, to_torch, write_weights

RNG = np.random.default_rng(0)


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    """An empty folder, in which the commands run."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    "options", [[], ["--contrast"], ["--whiten", "zca"], ["--contrast", "--whiten", "pca"]]
)
def test_the_onnx_file_of_a_run_makes_its_features_of_pixels(options, capsys):
    pytest.importorskip("onnx")
    runtime = pytest.importorskip("onnxruntime")
    x, y = RNG.random((24, 9, 9, 1), np.float32), np.arange(24) % 2
    np.savez("d.npz", x_train=x, y_train=y, x_test=x, y_test=y)
    cut = ["--patch", "5", "--n-patches", "40"] if options else []
    small = ["--data", "d.npz", "--units", "6", "--epochs", "1", "--batch-size", "8", *cut]
    assert main(["train", "fc", *small, *options, "--out", "run"]) == 0
    capsys.readouterr()
    assert main(["export", "run", "--format", "onnx", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["file"] == "run/model.onnx"

    from wta_np.cli.train import saved_preparation
    from wta_np.data.preparation import SETTINGS
    from wta_np.training import load_checkpoint

    checkpoint = load_checkpoint("run/model.npz")
    about = checkpoint.about
    preparation = saved_preparation(about, {**SETTINGS, **about["settings"]}, Path("run/model.npz"))
    seen = RNG.random((7, *about["image_shape"]), np.float32)
    expected = checkpoint.model.features(checkpoint.model.as_input(preparation.apply(seen)))
    session = runtime.InferenceSession("run/model.onnx", providers=["CPUExecutionProvider"])
    (found,) = session.run(None, {session.get_inputs()[0].name: seen})
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("ending", ["npz", "safetensors"])
def test_weights_leave_and_come_back_in_the_layout_of_pytorch(ending):
    if ending == "safetensors":
        pytest.importorskip("safetensors")
    model = FCWTA(12, [5, 4])
    save("m.npz", model)
    assert main(["export", "m.npz", "--out", f"w.{ending}", "--layout", "torch"]) == 0
    names = sorted(read_weights(f"w.{ending}"))
    assert names == sorted(to_torch(model))
    layers = [name.removesuffix(".weight") for name in to_torch(model) if name.endswith(".weight")]
    line = ["import", f"w.{ending}", "--encoder", *layers[:-1], "--decoder", layers[-1], "--out", "back"]
    assert main(line) == 0
    for name, value in model.params.items():
        np.testing.assert_array_equal(load_model("back/model.npz").params[name], value, strict=True)
    assert main(line) == 2  # it is there already


def test_convolutional_weights_come_back(capsys):
    model = ConvWTA(2, 3, n_layers=2)
    write_weights("w.npz", model, to_torch(model))
    layers = [name.removesuffix(".weight") for name in to_torch(model) if name.endswith(".weight")]
    capsys.readouterr()
    line = ["import", "w.npz", "--encoder", *layers[:-1], "--decoder", layers[-1], "--out", "back", "--json"]
    assert main(line) == 0
    assert json.loads(capsys.readouterr().out)["kind"] == "ConvWTA"
    for name, value in model.params.items():
        np.testing.assert_array_equal(load_model("back/model.npz").params[name], value, strict=True)


def test_weights_keep_the_names_that_they_have_here():
    save("m.npz", FCWTA(6, 3))
    assert main(["export", "m.npz", "--format", "npz"]) == 0
    assert set(read_weights("weights.npz")) == set(load_model("m.npz").params)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ([], "--format is missing, expected one of onnx, safetensors, npz, toml"),
        (["--out", "x.pt"], "--format is missing"),
        (["--format", "npz", "--out", "x.onnx"], "--out is x.onnx, expected a name that ends in .npz"),
        (["--out", "m.npz"], "the model itself, expected another file"),
        (["--format", "onnx", "--layout", "torch"], "--layout torch is for weights"),
        (["--format", "npz", "--image-shape", "2", "3", "1"], "--image-shape is for --format onnx"),
    ],
)
def test_contradictions_get_one_sentence(options, said, capsys):
    save("m.npz", FCWTA(6, 3))
    before = Path("m.npz").read_bytes()
    assert said in refusal(capsys, "export", "m.npz", *options)
    assert Path("m.npz").read_bytes() == before


def test_a_file_without_the_layer_gets_the_names_that_it_has(capsys):
    write_weights("w.npz", FCWTA(6, 3), to_torch(FCWTA(6, 3)))
    line = refusal(capsys, "import", "w.npz", "--encoder", "nothing", "--decoder", "x", "--out", "back")
    assert "w.npz has no nothing.weight, expected a layer that it has: " in line
    assert not Path("back").exists()


def test_without_the_library_one_sentence_names_the_extra(capsys, monkeypatch):
    import sys

    save("m.npz", FCWTA(6, 3))
    monkeypatch.setitem(sys.modules, "onnx", None)
    monkeypatch.setitem(sys.modules, "safetensors", None)
    monkeypatch.setitem(sys.modules, "safetensors.numpy", None)
    for ending in ("onnx", "safetensors"):
        assert f"wta_np[{ending}]" in refusal(capsys, "export", "m.npz", "--format", ending)
