"""``--json`` prints one object and nothing else on standard output, ``--quiet`` shows no progress."""

import json

import numpy as np
import pytest

from wta_np.cli import main
from wta_np.cli.evaluate import LABELS
from wta_np.cli.output import as_text


@pytest.fixture
def data(tmp_path, monkeypatch):
    y = np.arange(40) % 2
    x = np.random.default_rng(0).random((40, 6, 6, 1), np.float32) * 0.5
    x[y == 1, 1] += 0.5
    np.savez(tmp_path / "d.npz", x_train=x, y_train=y, x_test=x, y_test=y)
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("TQDM_DISABLE", raising=False)
    return ["--data", "d.npz"]


def refuse(constant):
    raise AssertionError(f"{constant} is no JSON")


def printed(capsys, *arguments, status=0):
    """The object that a command prints, and what it says on standard error."""
    capsys.readouterr()
    assert main([str(argument) for argument in arguments]) == status
    out, err = capsys.readouterr()
    return json.loads(out, parse_constant=refuse), err


def train(data, *options):
    return [
        "train",
        "fc",
        *data,
        "--units",
        "6",
        "--epochs",
        "2",
        "--batch-size",
        "8",
        "--out",
        "run",
        *options,
    ]


def test_each_command_prints_one_object_with_the_keys_of_its_help_text(data, capsys):
    trained, said = printed(capsys, *train(data, "--json"))
    assert set(trained) == {"kind", "model", "epochs", "loss", "dead_units_percent", "interrupted", "files"}
    assert trained["epochs"] == 2 and trained["interrupted"] is False and trained["model"] == "run/model.npz"
    assert "epoch 1/2" in said and "model, history and pictures are in run" in said
    results, _ = printed(capsys, "eval", "run", *data, "--json", "--out", "results.json")
    assert set(results) == {*LABELS, "activity_threshold"}
    with open("results.json") as file:
        assert json.load(file) == results
    pictures, _ = printed(capsys, "plot", "run", *data, "--json")
    assert "run/dictionary.png" in pictures["pictures"]
    report, _ = printed(capsys, "report", "run", *data, "--json")
    assert report["report"] == "run/report.html" and report["megabytes"] > 0
    listed, _ = printed(capsys, "data", "list", "--json")
    sample = {"name": "sample", "training_images": 10_000, "test_images": 2_000}
    assert sample.items() <= listed["data_sets"][0].items()


def test_quiet_shows_results_and_no_progress(data, capsys):
    assert main(train(data, "--quiet")) == 0
    out, err = capsys.readouterr()
    assert "epoch 2: loss" in out and err == ""


def test_quiet_with_json_says_nothing_but_the_object(data, capsys):
    _, said = printed(capsys, *train(data, "--quiet", "--json"))
    assert said == ""


def test_quiet_ends_with_its_command(data, capsys, monkeypatch):
    import os

    monkeypatch.setenv("TQDM_DISABLE", "0")
    assert main(train(data, "--quiet")) == 0
    assert os.environ["TQDM_DISABLE"] == "0"


def test_an_error_leaves_standard_output_empty(data, capsys):
    assert main(["eval", "nowhere", *data, "--json"]) == 2
    out, err = capsys.readouterr()
    assert out == "" and err.startswith("wta-np: error: ") and err.count("\n") == 1


def test_numbers_that_json_lacks_are_null():
    values = {"a": np.float32("nan"), "b": [np.inf, -np.inf, 1.5], "c": np.int64(3), "d": {"e": float("nan")}}
    assert json.loads(as_text(values)) == {"a": None, "b": [None, None, 1.5], "c": 3, "d": {"e": None}}


def test_a_list_of_experiments_is_an_object(data, capsys, monkeypatch):
    from pathlib import Path

    monkeypatch.chdir(Path(__file__).resolve().parents[2])
    for arguments in (["--json", "list"], ["list", "--json"]):
        listed, _ = printed(capsys, "reproduce", *arguments)
        assert set(listed["experiments"][0]) == {"name", "minutes", "done", "about"}
    assert main(["reproduce", "--json", "table1"]) == 2
