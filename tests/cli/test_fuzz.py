"""Random command lines: whatever comes, the command ends with a status that it documents and says why in one line."""

import json
import os
import random

import numpy as np
import pytest

from wta_np import FCWTA, save
from wta_np.cli import main

STATUSES = {0, 1, 2, 130}
VALUES = [
    *[
        "",
        " ",
        "0",
        "-1",
        "1",
        "3",
        "0.05",
        "nan",
        "inf",
        "-inf",
        "1e999",
        "9" * 25,
        "1e15",
        "none",
        "zca",
        "true",
    ],
    *["x", "é", "\udcff", "a\x1b[31mb", "a\nb", "\u202egpj", "-", "--", "=", "%s", "{x}", "a" * 300],
    *[
        "~nosuchuser/x",
        "d.npz",
        "broken.npz",
        "w.npz",
        "run.toml",
        "broken.toml",
        "onnx",
        "torch",
        "bash",
        "m.npz",
        "history.json",
        "ex02.py",
        "ex99.py",
        "folder",
        ".",
        "..",
    ],
    *[
        "patches:",
        "patches:.",
        "patches:nowhere",
        "dead-leaves",
        "mnist",
        "/dev/null",
        "/dev/full",
        "nowhere/at/all",
    ],
]
OPTIONS = {
    "train fc": "--data --data-dir --backend --epochs --units --lifetime --patch --n-patches --whiten --retain --lr "
    "--momentum --batch-size --seed --out --resume --overwrite --grey --tied --no-tied --contrast "
    "--config --json --quiet",
    "train conv": "--data --epochs --maps --layers --size --decoder-size --lifetime --lr --batch-size --out --resume",
    "train rbm": "--data --epochs --units --lifetime --cd-k --lr --momentum --batch-size --seed --out --overwrite",
    "eval": "--data --data-dir --backend --out --json --quiet",
    "plot": "--data --data-dir --backend --out --json",
    "export": "--format --out --layout --image-shape --json --quiet",
    "export m.npz": "--format --out --layout --image-shape --json",
    "import": "--encoder --decoder --decoder-layer --kind --lifetime --image-shape --out --json",
    "import w.npz --encoder 0": "--encoder --decoder --kind --lifetime --image-shape --out",
    "completion": "--help",
    "data list": "--data-dir --json",
    "data check": "--data-dir",
    "data": "--data-dir",
    "grade": "--exercise --json --csv --time --memory",
    "reproduce": "--figures --quick",
    "nonsense": "--version --help",
    "": "--version",
}


def command_lines(n, seed):
    """`n` command lines: a command, some words, some options, most with a value."""
    rng = random.Random(seed)
    for _ in range(n):
        command = rng.choice(list(OPTIONS))
        line = command.split() + [rng.choice(VALUES) for _ in range(rng.choice([0, 1, 1, 2]))]
        for option in rng.sample(
            OPTIONS[command].split(), k=min(rng.randrange(4), len(OPTIONS[command].split()))
        ):
            line += [option, rng.choice(VALUES)] if rng.random() < 0.85 else [option]
        yield line


@pytest.fixture
def crowded(tmp_path, monkeypatch):
    """A folder with a data set, a model and broken ones, in which nothing trains or downloads."""
    x, y = np.random.default_rng(0).random((30, 6, 6, 1), np.float32), np.arange(30) % 3
    np.savez(tmp_path / "d.npz", x_train=x, y_train=y, x_test=x, y_test=y)
    save(tmp_path / "m.npz", FCWTA(36, 4))
    (tmp_path / "broken.npz").write_bytes((tmp_path / "m.npz").read_bytes()[:200])
    np.savez(tmp_path / "w.npz", **{"0.weight": np.ones((4, 36), "f4"), "1.weight": np.ones((36, 4), "f4")})
    (tmp_path / "run.toml").write_text("data = 'd.npz'\nunits = 4\nbatch_size = 8\n")
    (tmp_path / "broken.toml").write_bytes(b"units = \xff [")
    (tmp_path / "history.json").write_text(json.dumps([]))
    (tmp_path / "ex02.py").write_text("def relu_backward(dh, a): return dh")
    (tmp_path / "folder").mkdir()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("WTA_NP_DATA", str(tmp_path / "folder"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv("WTA_NP_TRACEBACK", raising=False)

    def stopped(*arguments, **options):
        raise ValueError("nothing is trained, graded or downloaded here")

    for name in ("cli.train.fit", "data.inventory.download", "grading.grader.grade_file", "cli.demo.run"):
        monkeypatch.setattr(f"wta_np.{name}", stopped)
    return tmp_path


def test_no_command_line_ends_in_a_traceback(crowded, capsys):
    for line in command_lines(150, seed=0):
        try:
            status = main(line)
        except SystemExit as end:  # argparse
            status = end.code
        said = capsys.readouterr().err
        assert status in STATUSES, line
        assert "Traceback" not in said and "this is a fault of wta_np" not in said, (line, said)
        assert "\x1b" not in said and "\u202e" not in said, (line, said)
        if status == 2:
            last = said.strip().splitlines()[-1]
            assert "error: " in last and len(last) < 2000, (line, said)
    assert not os.path.exists("~nosuchuser")
