"""The command: what it writes when all is well, and one clear line and exit status 2 when it is not."""

import gzip
import itertools
import json
import os
import re
import signal
import subprocess
import sys

import numpy as np
import pytest
from refusals import one_line

from wta_np.cli import main
from wta_np.training import load, load_checkpoint

RNG = np.random.default_rng(0)


def digits(size=6, n=80, **change):
    """Arrays of a small data set with two classes that can be told apart."""
    arrays = {}
    for part in ("train", "test"):
        y = np.arange(n) % 2
        x = RNG.random((n, size, size, 1)).astype("f4") * 0.5
        x[y == 1, 1] += 0.5
        arrays |= {f"x_{part}": x, f"y_{part}": y}
    return arrays | change


@pytest.fixture(scope="session")
def data(tmp_path_factory):
    path = tmp_path_factory.mktemp("data") / "small.npz"
    np.savez(path, **digits())
    return str(path)


def train(data, out, *options):
    small = ["--units", "20", "--epochs", "3", "--batch-size", "16"]
    return main(["train", "fc", "--data", data, "--out", str(out), *small, *options])


@pytest.fixture(scope="session")
def run(data, tmp_path_factory):
    """The folder of a finished run."""
    out = tmp_path_factory.mktemp("run")
    assert train(data, out, "--tied") == 0
    return out


def test_train_leaves_a_model_its_history_and_pictures(run, capsys):
    assert {p.name for p in run.iterdir()} == {
        "model.npz",
        "history.json",
        "learning_curve.png",
        "dictionary.png",
    }
    assert len(json.loads((run / "history.json").read_text())) == 3
    model = load(run / "model.npz")
    assert model.config == {"n_inputs": 36, "n_hidden": [20], "lifetime": 0.05, "tied": True}


def test_eval_prints_and_writes_what_the_features_are_worth(run, data, tmp_path, capsys):
    assert main(["eval", str(run), "--data", data, "--out", str(tmp_path / "e.json")]) == 0
    results = json.loads((tmp_path / "e.json").read_text())
    printed = capsys.readouterr().out
    assert all(name.isidentifier() for name in results)
    assert results["test_error_percent"] <= 5
    lines = [line.rsplit(maxsplit=1) for line in printed.splitlines()]
    assert ["test error of a linear SVM, %", f"{results['test_error_percent']:.4g}"] in lines
    assert ["lifetime sparsity of the features (above 0)", f"{results['lifetime_sparsity']:.4g}"] in lines
    x = np.load(data)["x_test"].reshape(80, -1)
    active = load(run / "model.npz").encode(x) > 0
    assert results["lifetime_sparsity"] == pytest.approx(active.mean())


def test_plot_draws_beside_the_model_or_where_it_is_told(run, data, tmp_path, capsys):
    assert main(["plot", str(run / "model.npz"), "--data", data, "--out", str(tmp_path)]) == 0
    names = {"dictionary.png", "reconstructions.png", "activity.png", "learning_curve.png"}
    assert {p.name for p in tmp_path.iterdir()} == names
    assert {os.path.basename(line) for line in capsys.readouterr().out.split()} == names


def test_every_option_reaches_the_model_and_the_training(data, tmp_path):
    options = ["--lifetime", "none", "--no-tied", "--lr", "0.01", "--momentum", "0.5", "--seed", "3"]
    assert train(data, tmp_path, *options, "--units", "12", "7") == 0
    checkpoint = load_checkpoint(tmp_path / "model.npz")
    assert checkpoint.model.config == {"n_inputs": 36, "n_hidden": [12, 7], "lifetime": None, "tied": False}
    assert checkpoint.state["settings"]["lr"] == 0.01 and checkpoint.state["settings"]["momentum"] == 0.5
    assert checkpoint.about["settings"]["seed"] == 3


def test_resume_takes_the_settings_of_the_run_and_more_epochs(data, tmp_path, capsys):
    assert train(data, tmp_path / "long", "--seed", "5") == 0
    assert main(["train", "fc", "--out", str(tmp_path / "long"), "--resume", "--epochs", "4"]) == 0
    assert len(json.loads((tmp_path / "long" / "history.json").read_text())) == 4
    assert main(["train", "fc", "--out", str(tmp_path / "long"), "--resume", "--seed", "6"]) == 2
    assert "--seed is 6, but the run in" in capsys.readouterr().err


def test_ctrl_c_stops_a_training_that_resume_ends_as_if_it_had_never_stopped(data, tmp_path):
    command = [
        sys.executable,
        "-m",
        "wta_np",
        "train",
        "fc",
        "--data",
        data,
        "--units",
        "300",
        "--batch-size",
        "8",
    ]
    command += ["--epochs", "150"]
    whole = subprocess.run([*command, "--out", tmp_path / "whole"], capture_output=True, text=True)
    assert whole.returncode == 0, whole.stderr
    with subprocess.Popen(
        [*command, "--out", tmp_path / "cut"], stderr=subprocess.PIPE, stdout=subprocess.PIPE
    ) as p:
        seen = b""
        while b"epoch 3/" not in seen:
            piece = p.stderr.read1()
            assert piece, seen
            seen += piece
        p.send_signal(signal.SIGINT)
        out, _ = p.communicate(timeout=60)
    assert p.returncode == 130 and b"go on with --resume" in out
    assert (
        subprocess.run([*command, "--out", tmp_path / "cut", "--resume"], capture_output=True).returncode == 0
    )
    one, two = load(tmp_path / "whole" / "model.npz"), load(tmp_path / "cut" / "model.npz")
    assert all(one.params[name].tobytes() == two.params[name].tobytes() for name in one.params)


@pytest.mark.parametrize(
    "arguments", [[], ["demo"], ["train"], ["train", "fc"], ["eval"], ["plot"], ["report"]]
)
def test_help_teaches(arguments, capsys):
    with pytest.raises(SystemExit) as done:
        main([*arguments, "--help"])
    text = capsys.readouterr().out
    assert done.value.code == 0 and len(text) > 250 and "usage: wta-np" in text
    if arguments == ["train", "fc"]:
        flags = [
            "data",
            "data-dir",
            "epochs",
            "units",
            "lifetime",
            "tied",
            "lr",
            "batch-size",
            "backend",
            "seed",
            "out",
            "resume",
        ]
        assert all(f"--{flag}" in text for flag in flags)


def test_the_installed_command_and_the_module_are_the_same():
    for command in (
        [sys.executable, "-m", "wta_np"],
        [os.path.join(os.path.dirname(sys.executable), "wta-np")],
    ):
        if os.path.exists(command[0]):
            done = subprocess.run([*command, "--version"], capture_output=True, text=True, check=True)
            assert re.fullmatch(r"wta_np \d+\.\d+\.\d+\n", done.stdout)


def broken(tmp_path, **change):
    """Path of a data set with something wrong."""
    path = tmp_path / "broken.npz"
    arrays = digits()
    np.savez(path, **{name: change.get(name, lambda a: a)(a) for name, a in arrays.items()})
    return str(path)


def idx(tmp_path, content):
    """A --data-dir whose MNIST files have this content."""
    (tmp_path / "mnist").mkdir()
    for part, kind in itertools.product(("train", "t10k"), ("images-idx3", "labels-idx1")):
        (tmp_path / "mnist" / f"{part}-{kind}-ubyte").write_bytes(content)
    return ["--data", "mnist", "--data-dir", str(tmp_path)]


def with_nan(x):
    x[2, 1, 1, 0] = np.nan
    return x


def with_inf(x):
    x[2, 1, 1, 0] = np.inf
    return x


HEADER = b"\0\0\x08\x03" + b"".join(n.to_bytes(4, "big") for n in (60000, 28, 28))

BAD_TRAINING = {
    "rate 0": (lambda t: ["--lifetime", "0"], r"lifetime is 0, expected a number in \(0, 1\]"),
    "rate above 1": (lambda t: ["--lifetime", "1.5"], r"lifetime is 1.5, expected a number in \(0, 1\]"),
    "rate nan": (lambda t: ["--lifetime", "nan"], "lifetime is nan"),
    "batch too large": (lambda t: ["--batch-size", "81"], "batch_size is 81, expected at most 80"),
    "batch 0": (lambda t: ["--batch-size", "0"], "batch_size is 0"),
    "no epochs": (lambda t: ["--epochs", "0"], "epochs is 0"),
    "no units": (lambda t: ["--units", "0"], "n_hidden is 0"),
    "negative rate of learning": (lambda t: ["--lr", "-1"], "lr is -1, expected a number above 0"),
    "negative seed": (lambda t: ["--seed", "-1"], "seed is -1, expected at least 0"),
    "diverging": (
        lambda t: ["--lr", "1e9", "--epochs", "50"],
        "the loss became .* Try a smaller learning rate",
    ),
    "nan pixels": (lambda t: ["--data", broken(t, x_train=with_nan)], r"x_train holds 1 values that are NaN"),
    "infinite pixels": (
        lambda t: ["--data", broken(t, x_test=with_inf)],
        r"x_test holds 1 values that are NaN",
    ),
    "integers": (
        lambda t: ["--data", broken(t, x_train=lambda x: x.astype("u1"))],
        "x_train holds uint8.*255",
    ),
    "labels short": (lambda t: ["--data", broken(t, y_train=lambda y: y[1:])], r"y_train has shape \(79,\)"),
    "no such data": (lambda t: ["--data", "emnist"], "name is 'emnist', expected 'sample', 'mnist'"),
    "no such file": (lambda t: ["--data", "nowhere.npz"], r"nowhere\.npz: No such file"),
    "no such backend": (lambda t: ["--backend", "abacus"], "unknown backend 'abacus', expected one of"),
    "idx magic": (lambda t: idx(t, b"\x89PNG" + HEADER), "train-images-idx3-ubyte: .*magic"),
    "idx truncated": (lambda t: idx(t, HEADER + bytes(1000)), "train-images-idx3-ubyte: .*"),
    "idx gzip truncated": (lambda t: idx(t, gzip.compress(HEADER + bytes(1000))[:-12]), "cut short"),
    "resume nothing": (lambda t: ["--resume"], "--resume: there is no .*model.npz to go on with"),
}


@pytest.mark.parametrize("case", BAD_TRAINING)
def test_bad_input_to_train_gets_one_line_and_status_2(case, data, tmp_path, capsys):
    make, words = BAD_TRAINING[case]
    assert train(data, tmp_path / "out", *make(tmp_path)) == 2
    one_line(capsys, words)


@pytest.mark.parametrize("command", ["train", "demo", "plot", "report"])
def test_a_folder_that_cannot_be_written_gets_one_line_before_any_work(command, data, run, tmp_path, capsys):
    (tmp_path / "file").write_text("")
    out = str(tmp_path / "file" / "out")
    if command == "report":
        out += "/report.html"
    what = {"train": ["fc"], "demo": []}.get(command, [str(run), "--data", data])
    assert main([command, *what, "--out", out]) == 2
    one_line(capsys, "file.*: (Not a directory|File exists)")


def test_bad_checkpoints_get_one_line(run, data, tmp_path, capsys):
    content = (run / "model.npz").read_bytes()
    (tmp_path / "half.npz").write_bytes(content[: len(content) // 2])
    np.savez(tmp_path / "pickle.npz", allow_pickle=True, about=np.array([{"a": 1}], dtype=object))
    for name, words in (
        ("half", "cut short"),
        ("pickle", "pickled Python objects"),
        ("none", "No such file"),
    ):
        for command in ("eval", "plot"):
            assert main([command, str(tmp_path / f"{name}.npz"), "--data", data]) == 2
            one_line(capsys, words)
    (tmp_path / "half").mkdir()
    (tmp_path / "half" / "model.npz").write_bytes(content[: len(content) // 2])
    assert train(data, tmp_path / "half", "--resume") == 2
    one_line(capsys, "cut short")


def test_images_of_another_size_than_the_model_get_one_line(run, tmp_path, capsys):
    np.savez(tmp_path / "large.npz", **digits(size=9))
    for command in ("eval", "plot"):
        assert main([command, str(run), "--data", str(tmp_path / "large.npz")]) == 2
        one_line(capsys, r"images of shape \(9, 9, 1\), 81 values, but the model .* takes 36 values")


def test_a_disk_that_fills_while_training_gets_one_line_and_keeps_the_old_model(data, tmp_path):
    """The limit on the size of a file stands for the full disk."""
    pytest.importorskip("resource")
    assert train(data, tmp_path) == 0
    before = (tmp_path / "model.npz").read_bytes()
    code = (
        "import resource, sys; from wta_np.cli import main; "
        "resource.setrlimit(resource.RLIMIT_FSIZE, (9000, resource.RLIM_INFINITY)); "
        "sys.exit(main(sys.argv[1:]))"
    )
    again = [
        "train",
        "fc",
        "--data",
        data,
        "--out",
        str(tmp_path),
        "--units",
        "400",
        "--batch-size",
        "16",
        "--overwrite",
    ]
    done = subprocess.run([sys.executable, "-c", code, *again], capture_output=True, text=True)
    assert done.returncode == 2 and "Traceback" not in done.stderr
    assert done.stderr.splitlines()[-1].startswith("wta-np: error: ")
    assert "File too large" in done.stderr.splitlines()[-1]
    assert (tmp_path / "model.npz").read_bytes() == before


KIND_OPTIONS = {
    "conv": ["--maps", "3", "--layers", "2", "--size", "3", "--decoder-size", "5", "--lifetime", "0.2"],
    "rbm": ["--units", "9", "--lifetime", "0.3", "--cd-k", "2", "--lr", "0.1"],
}


@pytest.mark.parametrize("kind", KIND_OPTIONS)
def test_every_kind_is_trained_resumed_drawn_and_judged(kind, data, tmp_path, capsys):
    small = ["--data", data, "--epochs", "2", "--batch-size", "16", "--out", str(tmp_path)]
    assert main(["train", kind, *small, *KIND_OPTIONS[kind]]) == 0
    config = load(tmp_path / "model.npz").config
    expected = {
        "conv": {"n_channels": 1, "n_maps": 3, "n_layers": 2, "size": 3, "decoder_size": 5, "lifetime": 0.2},
        "rbm": {"n_visible": 36, "n_hidden": 9, "lifetime": 0.3, "cd_k": 2},
    }[kind]
    assert expected.items() <= config.items()
    assert main(["train", kind, "--out", str(tmp_path), "--resume", "--epochs", "3"]) == 0
    assert len(json.loads((tmp_path / "history.json").read_text())) == 3
    assert main(["plot", str(tmp_path), "--data", data]) == 0
    names = {p.name for p in tmp_path.iterdir() if p.suffix == ".png"}
    assert {"dictionary.png", "reconstructions.png", "learning_curve.png"} <= names
    assert ("feature_maps.png" in names) == (kind == "conv")
    assert main(["eval", str(tmp_path), "--data", data]) == 0
    assert main(["train", "fc", "--out", str(tmp_path), "--resume"]) == 2
    one_line(capsys, "was not written by wta-np train fc")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["conv", "--size", "4"], "size is 4, expected an odd number"),
        (["conv", "--decoder-size", "0"], "decoder_size is 0, expected at least 1"),
        (["conv", "--size", "7", "--layers", "1"], "x has images of 6 x 6, expected at least size=7"),
        (["conv", "--maps", "0"], "n_maps is 0"),
        (["conv", "--lr", "1e9"], "the loss became .* smaller learning rate"),
        (["rbm", "--cd-k", "0"], "cd_k is 0, expected at least 1"),
        (["rbm", "--lifetime", "1.2"], r"lifetime is 1.2, expected a number in \(0, 1\]"),
    ],
)
def test_bad_options_of_a_kind_get_one_line(options, words, data, tmp_path, capsys):
    small = ["--data", data, "--out", str(tmp_path), "--batch-size", "16", "--epochs", "9"]
    assert main(["train", *options, *small]) == 2
    one_line(capsys, words)


def test_flat_samples_given_to_a_convolutional_model_get_one_line(tmp_path, capsys):
    flat = {name: a.reshape(80, -1) if name[0] == "x" else a for name, a in digits().items()}
    np.savez(tmp_path / "flat.npz", **flat)
    assert main(["train", "conv", "--data", str(tmp_path / "flat.npz"), "--out", str(tmp_path)]) == 2
    one_line(capsys, "has flat samples of 36 values, expected images")


def test_visible_data_outside_0_and_1_gets_one_line(tmp_path, capsys):
    path = broken(tmp_path, x_train=lambda x: 3 * x)
    assert main(["train", "rbm", "--data", path, "--out", str(tmp_path), "--batch-size", "16"]) == 2
    one_line(capsys, r"x .*\[0, 1\]")


def test_a_run_is_overwritten_only_if_asked(data, tmp_path, capsys):
    assert train(data, tmp_path) == 0
    before = (tmp_path / "model.npz").read_bytes()
    assert train(data, tmp_path, "--seed", "1") == 2
    one_line(capsys, "model.npz is there already: go on with --resume, name another --out, or --overwrite")
    assert (tmp_path / "model.npz").read_bytes() == before
    assert train(data, tmp_path, "--seed", "1", "--overwrite") == 0
    assert (tmp_path / "model.npz").read_bytes() != before


def test_pixels_from_0_to_255_get_one_line(tmp_path, capsys):
    path = broken(tmp_path, x_train=lambda x: 255 * x)
    assert main(["train", "fc", "--data", path, "--out", str(tmp_path / "out")]) == 2
    one_line(capsys, r"its images reach up to 25\d\.?\d*, expected about \[0, 1\]: divide by 255")
