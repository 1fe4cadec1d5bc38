"""``wta-np train`` and the classes have one set of defaults; a run that fails leaves no mix of two runs."""

import inspect
import json

import numpy as np
import pytest

from wta_np.cli import main
from wta_np.cli.kinds import KINDS
from wta_np.models import FCWTA, RBM, ConvWTA
from wta_np.training import load_checkpoint

X = np.random.default_rng(0).random((60, 36)).astype("f4")


@pytest.mark.parametrize(
    ("kind", "model", "names"),
    [
        ("fc", FCWTA, {"tied": "tied", "lifetime": "lifetime"}),
        (
            "conv",
            ConvWTA,
            {"layers": "n_layers", "size": "size", "decoder_size": "decoder_size", "lifetime": "lifetime"},
        ),
        ("rbm", RBM, {"cd_k": "cd_k", "lifetime": "lifetime"}),
    ],
)
def test_the_command_takes_its_defaults_from_the_classes(kind, model, names):
    for option, argument in names.items():
        given = inspect.signature(model).parameters[argument].default
        assert KINDS[kind].defaults[option] == ("none" if given is None else given)
    assert KINDS[kind].defaults["momentum"] == model.default_momentum
    assert KINDS[kind].defaults["lr"] == (None if kind == "conv" else model.default_lr)


def test_a_run_without_options_makes_what_python_makes(tmp_path):
    from wta_np.cli.settings import run_settings

    shape = (36, 36, 1)
    kinds = {"fc": FCWTA(1296, 1000), "conv": ConvWTA(1, 16), "rbm": RBM(1296, 1000)}
    for kind, expected in kinds.items():
        nothing = dict.fromkeys(KINDS[kind].defaults)
        given = {**nothing, "kind": kind, "resume": False, "overwrite": False, "config": None}
        arguments = type("Arguments", (), given)
        settings = run_settings(arguments, tmp_path / "model.npz")
        model = KINDS[kind].build(settings, shape, 0)
        assert model.config == expected.config
        assert (settings["lr"], settings["momentum"]) == (expected.default_lr, expected.default_momentum)


@pytest.fixture
def train(tmp_path):
    """Trains a small model into the folder "o" and returns the exit status."""
    np.savez(tmp_path / "d.npz", x_train=X, y_train=np.arange(60) % 3, x_test=X[:9], y_test=np.arange(9) % 3)
    common = ["--data", str(tmp_path / "d.npz"), "--batch-size", "20", "--out", str(tmp_path / "o")]
    return lambda *options: main(["train", "fc", "--units", "8", *common, *options])


def contents(folder):
    """What a folder holds by name, but for the model."""
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.name != "model.npz"}


@pytest.mark.parametrize("epochs_before_it_fails", [0, 1])
def test_a_run_that_fails_leaves_nothing_of_the_run_it_overwrote_beside_its_own(
    epochs_before_it_fails, train, tmp_path, capsys, monkeypatch
):
    assert train("--epochs", "2", "--lr", "0.011") == 0
    folder = tmp_path / "o"
    (folder / "reconstructions.png").write_bytes(b"drawn by wta-np plot")
    whole, steps = FCWTA.loss_and_grads, []

    def fails(self, x):
        steps.append(1)
        loss, grads = whole(self, x)
        return (loss if len(steps) <= 3 * epochs_before_it_fails else np.inf), grads

    monkeypatch.setattr(FCWTA, "loss_and_grads", fails)
    assert train("--epochs", "3", "--lr", "0.012", "--overwrite") == 2
    said = capsys.readouterr().err
    assert "the loss became inf" in said
    assert ("is still the model of the run before" in said) == (epochs_before_it_fails == 0)
    assert ("The state before is in" in said) == (epochs_before_it_fails == 1)
    assert contents(folder) == {}
    rate = load_checkpoint(folder / "model.npz").about["settings"]["lr"]
    assert rate == (0.012 if epochs_before_it_fails else 0.011)  # this run's, once it has one


def test_what_plot_draws_is_what_the_next_run_removes(train, tmp_path):
    from wta_np.cli.train import DERIVED

    assert train("--epochs", "1") == 0
    assert main(["plot", str(tmp_path / "o"), "--data", str(tmp_path / "d.npz")]) == 0
    assert set(contents(tmp_path / "o")) <= set(DERIVED)


def test_eval_writes_keys_for_machines(train, tmp_path):
    assert train("--epochs", "1") == 0
    out = tmp_path / "e.json"
    assert main(["eval", str(tmp_path / "o"), "--data", str(tmp_path / "d.npz"), "--out", str(out)]) == 0
    assert set(json.loads(out.read_text())) == {
        "test_error_percent",
        "C",
        "explained_variance",
        "lifetime_sparsity",
        "population_sparsity",
        "never_active_features",
        "activity_threshold",
    }
