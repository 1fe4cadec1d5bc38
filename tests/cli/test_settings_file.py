"""Settings as a TOML file: a run says how it was trained, and trains again from that to the same weights."""

import numpy as np
import pytest
from refusals import refusal

from wta_np import load_model
from wta_np.cli import main
from wta_np.cli.kinds import KINDS
from wta_np.cli.saved_settings import CHECKS
from wta_np.cli.settings_file import read_settings, settings_text

SMALL = {
    "fc": ["--units", "7", "5", "--lifetime", "none", "--tied"],
    "conv": ["--maps", "3", "--layers", "1", "--size", "3", "--decoder-size", "3", "--lr", "0.001"],
    "rbm": ["--units", "6", "--cd-k", "2", "--lifetime", "0.3"],
}


@pytest.fixture
def data(tmp_path, monkeypatch):
    x, y = np.random.default_rng(0).random((24, 6, 6, 1), np.float32), np.arange(24) % 2
    np.savez(tmp_path / "d.npz", x_train=x, y_train=y, x_test=x, y_test=y)
    monkeypatch.chdir(tmp_path)
    return ["--data", "d.npz"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_run_trains_again_from_its_file_to_the_same_weights_bit_for_bit(kind, data, capsys):
    options = [*SMALL[kind], "--epochs", "2", "--batch-size", "8", "--seed", "3"]
    assert main(["train", kind, *data, *options, "--out", "first"]) == 0
    assert main(["export", "first", "--format", "toml", "--out", "run.toml"]) == 0
    assert main(["train", kind, "--config", "run.toml", "--out", "second"]) == 0
    first, second = load_model("first/model.npz"), load_model("second/model.npz")
    assert first.config == second.config and first.params.keys() == second.params.keys()
    for name, value in first.params.items():
        np.testing.assert_array_equal(value, second.params[name], strict=True)


def test_the_command_line_counts_for_more_than_the_file_and_the_file_for_more_than_the_defaults(data):
    with open("run.toml", "w") as file:
        file.write("data = 'd.npz'\nunits = 9\nepochs = 1\nbatch_size = 8\nlifetime = 0.5\n")
    assert main(["train", "fc", "--config", "run.toml", "--units", "4", "--out", "run"]) == 0
    assert main(["export", "run", "--format", "toml", "--out", "said.toml"]) == 0
    settings = read_settings("said.toml", "fc")
    assert (settings["units"], settings["lifetime"], settings["seed"]) == ([4], 0.5, 0)
    assert settings["momentum"] == KINDS["fc"].defaults["momentum"]


def test_a_run_goes_on_only_with_the_settings_that_it_was_started_with(data, capsys):
    with open("run.toml", "w") as file:
        file.write("data = 'd.npz'\nunits = 4\nepochs = 1\nbatch_size = 8\n")
    assert main(["train", "fc", "--config", "run.toml", "--out", "run"]) == 0
    assert main(["train", "fc", "--config", "run.toml", "--epochs", "2", "--out", "run", "--resume"]) == 0
    with open("run.toml", "a") as file:
        file.write("seed = 8\n")
    said = refusal(capsys, "train", "fc", "--config", "run.toml", "--out", "run", "--resume")
    assert "run.toml says that seed is 8, but the run in" in said


def test_every_setting_has_a_check():
    assert {name for kind in KINDS.values() for name in kind.defaults} <= CHECKS.keys()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("unit = 3", "has a key unit, expected units"),
        ("batch-size = 3", "has a key batch-size, expected batch_size"),
        ("xyzzy = 3", "has a key xyzzy, expected one of data, "),
        ("cd_k = 3", "has a key cd_k, expected "),
        ("[model]\nunits = 3", "has a table [model], expected keys and values without tables"),
        ("[units]\nn = 3", "says that units is "),
        ("units = '3'", "says that units is '3', expected a whole number of at least 1"),
        ("units = true", "says that units is True"),
        ("seed = -1", "says that seed is -1, expected a whole number of at least 0"),
        ("lr = nan", "says that lr is nan"),
        ("seed = 1979-05-27", "says that seed is "),
        ("kind = 'conv'", "says that kind is 'conv', expected 'fc'"),
        ("units 3", "is no TOML file"),
        ("units = 3\nunits = 4", "is no TOML file"),
        ("x = " + "[" * 100_000, "is no TOML file"),
        ("x = '\udcff'", "is no TOML file: it is not text in UTF-8"),
    ],
)
def test_a_wrong_file_gets_one_sentence_with_its_name(text, said, tmp_path, capsys):
    path = tmp_path / "bad.toml"
    path.write_bytes(text.encode("utf-8", "surrogateescape"))
    line = refusal(capsys, "train", "fc", "--config", str(path), "--out", str(tmp_path / "run"))
    assert f"{path} {said}" in line and len(line) < 500
    assert not (tmp_path / "run").exists()


def test_a_file_that_is_missing_or_is_no_run_gets_one_sentence(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert "nowhere.toml" in refusal(capsys, "train", "fc", "--config", "nowhere.toml")
    from wta_np import FCWTA, save

    save("m.npz", FCWTA(4, 2))
    line = refusal(capsys, "export", "m.npz", "--format", "toml")
    assert "m.npz does not say how it was trained, expected a model of wta-np train" in line


def test_python_without_a_reader_of_toml_gets_the_name_of_the_extra(tmp_path, capsys, monkeypatch):
    import importlib

    def missing(name, *rest):
        if name in ("tomllib", "tomli"):
            raise ImportError(name)
        return real(name, *rest)

    real = importlib.import_module
    monkeypatch.setattr(importlib, "import_module", missing)
    line = refusal(capsys, "train", "fc", "--config", "x.toml", "--out", str(tmp_path / "run"))
    assert "pip install 'wta_np[toml]'" in line


def test_odd_text_and_numbers_come_back_as_they_were(tmp_path):
    settings = {
        "data": 'a "b"\\ \t\n é \x7f \U0001f600',
        "lr": 1e-07,
        "units": [3, 4],
        "tied": False,
        "seed": 2**62,
    }
    path = tmp_path / "run.toml"
    path.write_text(settings_text("fc", {**settings, "patch": None}), encoding="utf-8")
    assert read_settings(path, "fc") == settings
