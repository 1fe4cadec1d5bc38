"""``wta-np report``: from a run, a file or a stack to a page, and one line where that cannot be."""

import json
import re

import numpy as np
import pytest

from wta_np import FCWTA, RBM, ConvWTA, Stack, fit, save
from wta_np.cli import main
from wta_np.cli.train import DERIVED
from wta_np.training import load_checkpoint

RNG = np.random.default_rng(0)


def images(n, channels=1):
    return RNG.random((n, 8, 8, channels)).astype("f4")


def write_data(path, channels=1, with_labels=True):
    arrays = {f"x_{part}": images(60, channels) for part in ("train", "test")}
    if with_labels:
        arrays |= {f"y_{part}": np.arange(60) % 4 for part in ("train", "test")}
    np.savez(path, **arrays)
    return str(path)


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    return write_data(tmp_path_factory.mktemp("data") / "small.npz")


def numbers(path):
    (text,) = re.findall(r'id="numbers">(.*?)</script>', path.read_text(encoding="utf-8"))
    return json.loads(text)


KINDS = {
    "fc": ["--units", "12", "7", "--tied"],
    "conv": ["--maps", "3", "--layers", "1", "--size", "3", "--decoder-size", "5"],
    "rbm": ["--units", "9", "--lifetime", "0.3"],
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_run_of_every_kind_is_reported(kind, data, tmp_path, capsys):
    options = ["--data", data, "--epochs", "2", "--batch-size", "16", "--out", str(tmp_path / "my run")]
    assert main(["train", kind, *options, *KINDS[kind]]) == 0
    capsys.readouterr()
    assert main(["report", str(tmp_path / "my run")]) == 0
    out = tmp_path / "my run" / "report.html"
    assert re.fullmatch(re.escape(str(out)) + r": \d\.\d MB, \d+ s\n", capsys.readouterr().out)
    assert out.name in DERIVED  # the next run into the folder removes it
    found = numbers(out)
    assert found["title"] == "my run" and found["settings"]["batch_size"] == 16
    assert found["settings"]["data"] == data and found["settings"]["model"].startswith(("FC", "Conv", "RBM"))
    assert found["summary"]["batch_size"] == 16 and found["summary"]["images"] == 60
    assert found["history"]["epoch"] == [1, 2] and set(found["versions"]) == {"wta_np", "NumPy", "Python"}
    assert found["classes"]["names"] == ["0", "1", "2", "3"]
    assert (found["word"] == "map") == (kind == "conv") == ("place" in found["units"]["top"])


@pytest.mark.parametrize(
    ("name", "make", "channels"),
    [
        ("colour", lambda: FCWTA(192, 6, rng=0), 3),
        ("stack", lambda: Stack([FCWTA(64, 9, rng=0), RBM(9, 6, rng=0)]), 1),
        ("maps", lambda: Stack([ConvWTA(1, 3, 1, rng=0), ConvWTA(3, 4, 1, size=3, rng=0)]), 1),
    ],
)
def test_a_saved_model_is_reported_with_data_without_labels(name, make, channels, tmp_path, capsys):
    model = make()
    if name == "stack":
        model.models[0].params["W_enc"] *= 0.1
    save(tmp_path / f"{name}.npz", model)
    data = write_data(tmp_path / "data.npz", channels, with_labels=False)
    assert main(["report", str(tmp_path / f"{name}.npz"), "--data", data, "--images", "20"]) == 0
    found = numbers(tmp_path / f"{name}_report.html")
    assert found["title"] == name and found["summary"]["images"] == 20
    assert found["history"] is None and found["classes"] is None


def test_patches_are_reported_whitened_as_they_were_learned(tmp_path, capsys):
    options = [
        "--data",
        "dead-leaves",
        "--patch",
        "6",
        "--n-patches",
        "300",
        "--whiten",
        "pca",
        "--epochs",
        "1",
    ]
    assert main(["train", "fc", *options, "--units", "8", "--out", str(tmp_path)]) == 0
    assert main(["report", str(tmp_path)]) == 0
    found = numbers(tmp_path / "report.html")
    assert found["sheets"]["atoms"]["height"] == 6 and found["settings"]["whiten"] == "pca"


def test_a_history_beside_the_model_is_used_and_what_it_lacks_is_no_error(data, tmp_path, capsys):
    model = FCWTA(64, 6, rng=0)
    save(tmp_path / "model.npz", model)
    (tmp_path / "history.json").write_text('[{"epoch": 1, "loss": 3.5}]')
    assert main(["report", str(tmp_path), "--data", data, "--out", str(tmp_path / "new" / "a.html")]) == 0
    assert numbers(tmp_path / "new" / "a.html")["history"] == {"epoch": [1], "loss": [3.5]}
    assert main(["report", str(tmp_path), "--data", data, "--out", str(tmp_path / "new")]) == 0
    assert (tmp_path / "new" / "report.html").exists()
    fit(model, images(30).reshape(30, -1), 2, 10, checkpoint=tmp_path / "model.npz", progress=False)
    assert main(["report", str(tmp_path), "--data", data]) == 0
    assert numbers(tmp_path / "report.html")["history"]["epoch"] == [1, 2]
    assert len(load_checkpoint(tmp_path / "model.npz").state["history"]) == 2


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--images", "0"], "n_images is 0, expected at least 1"),
        (["--images", "many"], "invalid int value: 'many'"),
        (["--out", "/proc/none/report.html"], "/proc/none"),
        (["--data", "none.npz"], "none.npz"),
    ],
)
def test_what_cannot_be_is_one_line(options, words, data, tmp_path, capsys):
    save(tmp_path / "model.npz", FCWTA(64, 6, rng=0))
    command = ["report", str(tmp_path), *([] if "--data" in options else ["--data", data]), *options]
    try:
        status = main(command)
    except SystemExit as done:
        status = done.code
    told = capsys.readouterr()
    assert status == 2 and told.out == "" and words in told.err.splitlines()[-1]
    assert "Traceback" not in told.err and not (tmp_path / "report.html").exists()
