"""The folder of a run: one run at a time, nothing left of a killed or a refused one, ~ is the home folder."""

import json
import os
import shutil

import numpy as np
import pytest

from wta_np._utils import locks
from wta_np._utils.locks import only_run_in
from wta_np.cli import main

SMALL = ["--units", "4", "--epochs", "1", "--batch-size", "10"]


def write_data(path):
    x = np.random.default_rng(0).random((40, 6, 6, 1)).astype("f4")
    np.savez(path, x_train=x, y_train=np.arange(40) % 2, x_test=x, y_test=np.arange(40) % 2)


@pytest.fixture
def data(tmp_path, monkeypatch):
    """A small data set in the working folder, and a home folder beside it."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "home").mkdir()
    for name in ("HOME", "USERPROFILE"):
        monkeypatch.setenv(name, str(tmp_path / "home"))
    write_data("d.npz")
    return tmp_path


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """The checkpoint of a small run."""
    folder = tmp_path_factory.mktemp("trained")
    write_data(folder / "d.npz")
    assert main(["train", "fc", "--data", str(folder / "d.npz"), *SMALL, "--out", str(folder / "run")]) == 0
    return folder / "run" / "model.npz"


@pytest.fixture
def run(trained, data):
    """A copy of that run in the working folder."""
    (data / "run").mkdir()
    shutil.copy(trained, data / "run")
    return data / "run" / "model.npz"


def fails(capsys, arguments, words):
    capsys.readouterr()
    assert main(arguments) == 2
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 1 and words in lines[0], lines


@pytest.mark.skipif(locks.fcntl is None, reason="no such locks here")
@pytest.mark.parametrize("more", [[], ["--overwrite"], ["--resume"]])
def test_a_second_run_into_the_same_folder_is_refused_in_one_sentence(run, capsys, more):
    train = ["train", "fc", *SMALL, "--out", "run"]
    before = run.read_bytes()
    with only_run_in("run"):
        fails(capsys, [*train, *more], "another run is writing into this folder: wait for its end")
    assert run.read_bytes() == before


def test_what_a_killed_run_left_is_removed_by_the_next_run_into_the_folder(data):
    (data / "run").mkdir()
    for name in (".model.npz.0a1b2c3d.part", ".whitening-12.npz.zzzzzzzz.part", ".mine.part"):
        (data / "run" / name).write_bytes(b"half")
    assert main(["train", "fc", "--data", "d.npz", *SMALL, "--out", "run"]) == 0
    left = {name for name in os.listdir("run") if name.endswith(".part")}
    assert left == {".mine.part"}


@pytest.mark.parametrize(
    "arguments",
    [["--data", "nowhere.npz"], ["--data", "mnst"], ["--data", "d.npz", "--lr", "-1"], ["--resume"]],
)
def test_a_run_that_is_refused_leaves_no_empty_folder(data, capsys, arguments):
    fails(capsys, ["train", "fc", *arguments, "--out", "deep/er/run"], "")
    assert not (data / "deep").exists()
    (data / "mine").mkdir()
    fails(capsys, ["train", "fc", *arguments, "--out", "mine"], "")
    assert (data / "mine").is_dir()


def test_a_tilde_is_the_home_folder_in_every_option(data, capsys):
    os.replace("d.npz", "home/d.npz")
    assert main(["train", "fc", "--data=~/d.npz", *SMALL, "--out=~/run"]) == 0
    assert main(["plot", "~/run", "--data=~/d.npz", "--out=~/pictures"]) == 0
    assert main(["eval", "~/run/model.npz", "--out=~/results.json"]) == 0
    assert json.loads((data / "home" / "results.json").read_text())
    assert (data / "home" / "pictures" / "dictionary.png").exists()
    assert os.listdir(data) == ["home"]
    fails(capsys, ["train", "fc", "--out", "~nosuchuser/run"], "no user is called 'nosuchuser'")
    fails(capsys, ["data", "list", "--data-dir", "~nosuchuser/x"], "no user is called 'nosuchuser'")


def with_settings(path, **changed):
    """Change what a checkpoint says of its settings."""
    arrays = dict(np.load(path))
    about = json.loads(str(arrays["about"]))
    about["about"]["settings"].update(changed)
    np.savez(path, **{**arrays, "about": np.array(json.dumps(about))})


ODD = [
    ("data", None), ("data", 5), ("data", ""), ("patch", "big"), ("patch", [1]), ("n_patches", -1), ("grey", "yes"),
    ("contrast", {}), ("whiten", "ica"), ("retain", "all"), ("seed", -1), ("units", [10**9] * 2000), ("units", None),
    ("lr", True), ("lifetime", []), ("backend", 3), ("epochs", 10**40), ("momentum", "x" * 10**5),
]  # fmt: skip


@pytest.mark.parametrize(("name", "value"), ODD)
def test_every_setting_in_a_checkpoint_is_checked_for_its_kind(run, capsys, name, value):
    with_settings(run, **{name: value})
    for command in (["plot", "run"], ["eval", "run"], ["train", "fc", "--resume", "--out", "run"]):
        fails(capsys, command, f"says that {name} was ")


def test_settings_that_ask_for_more_than_the_model_has_are_refused_before_it_is_made(run, capsys):
    with_settings(run, units=[30_000, 30_000])
    fails(capsys, ["train", "fc", "--resume", "--epochs", "2", "--out", "run"], "was trained with model")
    with_settings(run, units=4, data="dead-leaves", patch=1000, n_patches=10**8)
    fails(
        capsys,
        ["train", "fc", "--resume", "--epochs", "2", "--out", "run"],
        "expected at most 2147483648 bytes",
    )
