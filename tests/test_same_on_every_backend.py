"""One seed gives the same weights on every library, up to rounding; a training may move from one to another."""

import json

import numpy as np
import pytest

from wta_np import FCWTA, RBM, SGD, ConvWTA, LinearSVM, Stack, fit
from wta_np.backend import backend_name, to_backend, to_numpy
from wta_np.cli import main
from wta_np.training import load, load_checkpoint

ROWS = np.random.default_rng(0).random((60, 36))
MODELS = {
    "fc": lambda: FCWTA(36, 20, lifetime=0.1, tied=True, rng=1, dtype="float64"),
    "deep fc": lambda: FCWTA(36, [16, 9], lifetime=0.2, rng=1, dtype="float64"),
    "conv": lambda: ConvWTA(1, 4, n_layers=2, size=3, decoder_size=5, lifetime=0.2, rng=1, dtype="float64"),
    "rbm": lambda: RBM(36, 12, lifetime=0.3, rng=1, dtype="float64"),
    "persistent rbm": lambda: RBM(36, 12, persistent=True, cd_k=2, rng=1, dtype="float64"),
    "stack": lambda: Stack([FCWTA(36, 8, rng=1, dtype="float64"), FCWTA(8, 5, rng=2, dtype="float64")]),
}


def trained(name, backend, epochs=2, **options):
    """A model trained on `backend`, and its losses."""
    model = MODELS[name]()
    x = ROWS.reshape(-1, 6, 6, 1) if model.takes_images else ROWS
    model, x = model.to(backend), to_backend(x, backend)
    history = fit(model, x, epochs, batch_size=20, optimizer=SGD(0.01), rng=3, progress=False, **options)
    return model, history["loss"]


def assert_same(ours, theirs, backend, tolerance=1e-10):
    assert theirs.backend == backend
    for name, value in ours.params.items():
        np.testing.assert_allclose(to_numpy(theirs.params[name]), value, rtol=0, atol=tolerance, err_msg=name)


@pytest.mark.parametrize("name", MODELS)
def test_the_same_seed_trains_the_same_weights(name, device):
    (ours, our_losses), (theirs, their_losses) = trained(name, "numpy"), trained(name, device)
    assert_same(ours, theirs, device)
    np.testing.assert_allclose(their_losses, our_losses, rtol=1e-10)
    before = MODELS[name]().params
    assert (
        max(np.abs(value - before[key]).max() for key, value in ours.params.items()) > 1e-4
    )  # they did learn


@pytest.mark.parametrize("name", ["conv", "persistent rbm"])
@pytest.mark.parametrize("first", ["numpy", "device"])
def test_a_training_that_began_on_one_library_goes_on_on_another(name, first, device, tmp_path):
    one, other = ("numpy", device) if first == "numpy" else (device, "numpy")
    whole, _ = trained(name, "numpy", 3)
    trained(name, one, 1, checkpoint=tmp_path / "run.npz")
    moved, losses = trained(name, other, 3, checkpoint=tmp_path / "run.npz", resume=True)
    assert len(losses) == 3
    assert_same(whole, moved, other)


def test_an_svm_finds_the_same_weights(device):
    y = (ROWS[:, 0] > ROWS[:, 1]) + 2 * (ROWS[:, 2] > 0.5)
    ours, theirs = LinearSVM(tol=1e-8).fit(ROWS, y), LinearSVM(tol=1e-8).fit(to_backend(ROWS, device), y)
    assert backend_name(theirs.coef_) == device
    difference = np.linalg.norm(to_numpy(theirs.coef_) - ours.coef_, axis=1)
    assert (
        difference <= 2e-4 * np.linalg.norm(ours.coef_, axis=1)
    ).all()  # each is within sqrt(tol) of the best
    np.testing.assert_array_equal(theirs.predict(to_backend(ROWS, device)), ours.predict(ROWS))


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    """A data set of two classes that can be told apart."""
    path, rng = tmp_path_factory.mktemp("data") / "small.npz", np.random.default_rng(0)
    arrays = {}
    for part in ("train", "test"):
        y = np.arange(40) % 2
        x = rng.random((40, 6, 6, 1)).astype("f4") / 2
        x[y == 1, 1] += 0.5
        arrays |= {f"x_{part}": x, f"y_{part}": y}
    np.savez(path, **arrays)
    return str(path)


OPTIONS = {
    "fc": ["--units", "12"],
    "conv": ["--maps", "4", "--size", "3", "--decoder-size", "5"],
    "rbm": ["--units", "12", "--lifetime", "0.3"],
}


@pytest.mark.parametrize("kind", OPTIONS)
def test_the_command_trains_resumes_and_evaluates_there(kind, device, data, tmp_path, capsys):
    results = {}
    for backend in ("numpy", device):
        out = str(tmp_path / backend)
        common = ["--data", data, "--batch-size", "20", *OPTIONS[kind]]
        assert main(["train", kind, "--out", out, "--epochs", "1", "--backend", backend, *common]) == 0
        assert main(["train", kind, "--out", out, "--epochs", "2", "--resume"]) == 0
        assert main(["eval", out, "--data", data, "--backend", backend, "--out", f"{out}/eval.json"]) == 0
        with open(f"{out}/eval.json", encoding="utf-8") as file:
            results[backend] = json.load(file)
        assert load_checkpoint(f"{out}/model.npz").about["settings"]["backend"] == backend
    assert capsys.readouterr().err.count("Traceback") == 0
    ours, theirs = (load(tmp_path / backend / "model.npz") for backend in ("numpy", device))
    assert_same(ours, theirs, "numpy", tolerance=1e-5)
    assert results[device] == pytest.approx(results["numpy"], rel=1e-3, abs=1e-3)


def test_the_command_resumes_on_another_library(device, data, tmp_path):
    out = str(tmp_path / "run")
    first = ["train", "fc", "--data", data, "--units", "12", "--batch-size", "20", "--out", out]
    assert main([*first, "--epochs", "1", "--backend", device]) == 0
    assert main(["train", "fc", "--out", out, "--resume", "--epochs", "2", "--backend", "numpy"]) == 0
    checkpoint = load_checkpoint(f"{out}/model.npz")
    assert checkpoint.about["settings"]["backend"] == "numpy" and checkpoint.state["epoch"] == 2
