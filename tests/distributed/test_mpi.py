"""Ranks that are processes: mpiexec starts them, one process's weights come out, and failures end all of them."""

import importlib.util
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from training_cases import CASES, EPOCHS, difference, train

import wta_np
from wta_np import load_checkpoint
from wta_np.cli import main

HERE = Path(__file__).parent
_BESIDE = Path(sys.executable).with_name("mpiexec")
MPIEXEC = str(_BESIDE) if _BESIDE.exists() else shutil.which("mpiexec")
LONGEST = 300  # seconds after which a run is taken to hang

needs_mpi = [
    pytest.mark.mpi,
    pytest.mark.skipif(
        MPIEXEC is None or importlib.util.find_spec("mpi4py") is None,
        reason="needs mpi4py and mpiexec: pip install 'wta_np[mpi]', or make test-mpi",
    ),
]
pytestmark = needs_mpi

ENVIRONMENT = {
    **os.environ,
    "PYTHONPATH": os.pathsep.join([str(HERE), str(Path(wta_np.__file__).parents[1])]),
    "OMP_NUM_THREADS": "1",
    "OMPI_ALLOW_RUN_AS_ROOT": "1",  # of Open MPI, which refuses root and more ranks than cores; MPICH does not
    "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1",
    "PRTE_MCA_rmaps_default_mapping_policy": ":oversubscribe",
}
WTA_NP = [sys.executable, "-m", "wta_np"]
SMALL = ["--units", "20", "--epochs", "2", "--batch-size", "100"]


@pytest.fixture
def digits(tmp_path):
    """A file with some digits of the sample."""
    data = wta_np.load("sample")
    path = tmp_path / "digits.npz"
    parts = {"x_train": 500, "y_train": 500, "x_test": 150, "y_test": 150}
    np.savez(path, **{name: getattr(data, name)[:n] for name, n in parts.items()})
    return path


def mpiexec(*programs, **options):
    """Run ``mpiexec -n N program``, or several programs at once: (N, [arguments]), ...; the finished process."""
    command = [MPIEXEC]
    for n, program in programs:
        command += [*([":"] if len(command) > 1 else []), "-n", str(n), *map(str, program)]
    options = {"env": ENVIRONMENT, "timeout": LONGEST, **options}
    return subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL, **options)


def said(finished):
    """The lines on standard error that wta-np itself wrote, without its progress bar."""
    return [line for line in finished.stderr.replace("\r", "\n").split("\n") if line.startswith("wta-np: ")]


def worker(job, folder):
    return [sys.executable, "-m", "mpi4py", HERE / "mpi_worker.py", job, folder]


@pytest.mark.parametrize("n", [2, 3])
def test_processes_reach_the_weights_of_one(n, tmp_path):
    finished = mpiexec((n, worker("all_cases", tmp_path)))
    assert finished.returncode == 0, finished.stderr
    result = json.loads((tmp_path / "all.json").read_text())
    assert result["size"] == n
    assert result["alike"] == dict.fromkeys(CASES, True)
    for name in CASES:
        alone, _ = train(name)
        with np.load(tmp_path / f"{name}.npz") as params:
            worst = max(float(abs(params[k] - v).max() / abs(v).max()) for k, v in alone.params.items())
        assert worst < 1e-12, name


def test_the_command_trains_and_goes_on_with_another_number_of_processes(tmp_path, digits):
    small = [*SMALL, "--data", str(digits)]
    one, many = tmp_path / "one", tmp_path / "many"
    assert main(["train", "fc", *small, "--out", str(one)]) == 0
    assert main(["train", "fc", *small, "--epochs", "3", "--resume", "--out", str(one)]) == 0
    first = mpiexec((2, [*WTA_NP, "train", "fc", *small, "--out", many]))
    assert first.returncode == 0, first.stderr
    assert "2 ranks share each mini-batch" in first.stderr
    assert first.stdout.count("model, history and pictures are in") == 1
    assert sorted(p.name for p in many.iterdir()) == sorted(p.name for p in one.iterdir())
    again = mpiexec((3, [*WTA_NP, "train", "fc", *small, "--epochs", "3", "--resume", "--out", many]))
    assert again.returncode == 0, again.stderr
    models = [load_checkpoint(out / "model.npz") for out in (one, many)]
    assert difference(models[1].model, models[0].model) < 1e-4  # of float32
    losses = [[row["loss"] for row in json.loads((out / "history.json").read_text())] for out in (one, many)]
    np.testing.assert_allclose(losses[0], losses[1], rtol=1e-4)

    judged = tmp_path / "one.json", tmp_path / "many.json"
    assert main(["eval", str(one), "--out", str(judged[0])]) == 0
    finished = mpiexec((2, [*WTA_NP, "eval", one, "--out", judged[1]]))
    assert finished.returncode == 0, finished.stderr
    results = [json.loads(path.read_text()) for path in judged]
    assert list(results[0]) == list(results[1])
    np.testing.assert_allclose(list(results[0].values()), list(results[1].values()), rtol=1e-2)


def test_a_process_that_is_killed_ends_all_and_leaves_a_whole_checkpoint(tmp_path):
    finished = mpiexec((3, worker("killed", tmp_path)))
    assert finished.returncode != 0
    kept = load_checkpoint(tmp_path / "model.npz")
    assert kept.state["epoch"] in (2, 3)  # rank 0 may or may not have written the epoch in which rank 1 died
    assert [path.name for path in tmp_path.iterdir() if not path.name.endswith(".part")] == ["model.npz"]
    alone, _ = train("conv")
    again, history = train("conv", checkpoint=tmp_path / "model.npz", resume=True)
    assert len(history) == EPOCHS and difference(again, alone) < 1e-12


def test_a_failure_of_one_process_is_one_sentence_and_ends_all(tmp_path):
    finished = mpiexec((2, worker("full_disk", tmp_path)))
    assert finished.returncode == 2
    assert said(finished) == [f"wta-np: error: {tmp_path / 'run' / 'model.npz'}: No space left on device"]
    assert "Traceback" not in finished.stderr  # MPICH adds a line of its own, "Abort(2) on node 0"
    assert load_checkpoint(tmp_path / "run" / "model.npz").state["epoch"] == 1


def test_differences_between_processes_and_mistakes_are_one_line(tmp_path):
    train_fc = [*WTA_NP, "train", "fc", *SMALL, "--out", tmp_path / "run"]
    unlike = mpiexec((1, train_fc), (1, [*train_fc, "--lr", "0.01"]))
    assert unlike.returncode == 2
    assert set(said(unlike)) == {
        "wta-np: error: rank 1 has another optimizer than rank 0, "
        '["SGD", 0.01, 0.9] instead of ["SGD", 0.02, 0.9]: all ranks have to train alike'
    }
    wrong = mpiexec((1, train_fc), (1, [*train_fc, "--data", "nothing"]))
    assert wrong.returncode == 2 and len(set(said(wrong))) == 1
    assert said(wrong)[0].startswith("wta-np: error: rank 1: name is 'nothing', expected")
    for command, words in (
        (["plot", tmp_path], "wta-np plot is work for one: run it without mpiexec"),
        (["train", "fc", "--lr", "1e9", *SMALL, "--out", tmp_path / "big"], "the loss became"),
    ):
        finished = mpiexec((2, [*WTA_NP, *command]))
        assert finished.returncode == 2
        assert len(set(said(finished))) == 1 and words in said(finished)[0]
    assert "Traceback" not in unlike.stderr + wrong.stderr + finished.stderr


def test_other_code_on_one_process_is_noticed(tmp_path):
    changed = tmp_path / "changed"
    shutil.copytree(
        Path(wta_np.__file__).parent, changed / "wta_np", ignore=shutil.ignore_patterns("__pycache__")
    )
    with open(changed / "wta_np" / "ops" / "relu.py", "a") as file:
        file.write("\n# one line more\n")
    command = [*WTA_NP, "train", "fc", *SMALL, "--out", tmp_path / "run"]
    finished = mpiexec((1, command), (1, ["env", f"PYTHONPATH={changed}", *command]), cwd=tmp_path)
    assert finished.returncode == 2
    assert len(set(said(finished))) == 1
    assert "rank 1 has another code of wta_np than rank 0" in said(finished)[0]


def test_ctrl_c_stops_all_processes_after_the_same_step(tmp_path):
    command = [MPIEXEC, "-n", "2", *WTA_NP, "train", "fc", *SMALL, "--epochs", "100000", "--out", tmp_path]
    process = subprocess.Popen(
        list(map(str, command)),
        env=ENVIRONMENT,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        stdin=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    )
    try:
        until = time.monotonic() + LONGEST
        while not (tmp_path / "model.npz").exists():
            assert time.monotonic() < until and process.poll() is None
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        output, _ = process.communicate(timeout=LONGEST)
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
    assert process.returncode == 130
    assert output.count("stopped before the last epoch: go on with --resume") == 1
    state = load_checkpoint(tmp_path / "model.npz").state
    assert state["epoch"] >= 1 and len(state["history"]) == state["epoch"]
