"""A training that was killed ends with the weights of one that was not, bit for bit."""

import subprocess
import sys

import numpy as np
import pytest

from wta_np.backend import to_numpy
from wta_np.models import FCWTA
from wta_np.training import SGD, fit, load, load_checkpoint, save, step_decay

X = np.random.default_rng(0).random((57, 12)).astype("f4")

# A training that stops for good at a named moment and says so; whoever reads that line kills it. So the moment of a
# kill follows from what the run has done, on a machine of any speed. Its clock counts how often it is asked, so that
# a checkpoint is due after every step.
SCRIPT = """
import itertools, os, sys, threading, time
import numpy as np
from wta_np import FCWTA, SGD, fit
path, moment, at = sys.argv[1], sys.argv[2], int(sys.argv[3])
calls = 0

def wait_to_be_killed(function):
    def counted(*args, **kwargs):
        global calls
        calls += 1
        if calls == at:
            print("kill me", flush=True)
            threading.Event().wait()
        return function(*args, **kwargs)
    return counted

time.monotonic = itertools.count().__next__
x = np.random.default_rng(0).random((300, 20)).astype("f4")
model = FCWTA(20, 40, tied=True)
if moment == "before a step":
    model.loss_and_grads = wait_to_be_killed(model.loss_and_grads)
elif moment == "before a file is moved into place":
    os.replace = wait_to_be_killed(os.replace)
fit(model, x, 8, batch_size=30, optimizer=SGD(0.01), rng=7, progress=False, checkpoint=path,
    every_epochs=3, every_seconds=1, resume=True)
"""


def train(path, moment="never", at=0):
    """Train in a process of its own and kill it at the `at`-th time of `moment`, or let it end."""
    command = [sys.executable, "-c", SCRIPT, str(path), moment, str(at)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        said = process.stdout.readline()
        if moment == "never":
            assert process.wait() == 0
        else:
            assert said == "kill me\n"
            process.kill()


def test_kill_9_and_resume_gives_the_weights_of_a_run_never_stopped(tmp_path):
    whole, broken = tmp_path / "whole.npz", tmp_path / "broken.npz"
    train(whole)
    steps, writing = "before a step", "before a file is moved into place"
    train(broken, steps, 1)
    assert not broken.exists()  # killed before the first step
    for moment, at, epoch, batch in [
        (steps, 4, 0, 3),
        (writing, 2, 0, 4),
        (steps, 8, 1, 1),
        (writing, 30, 3, 9),
    ]:
        train(broken, moment, at)
        state = load_checkpoint(broken).state
        assert (state["epoch"], state["batch"]) == (epoch, batch)
    train(broken)
    first, second = load_checkpoint(whole), load_checkpoint(broken)
    for name, value in first.model.params.items():
        assert value.tobytes() == second.model.params[name].tobytes()
    histories = [[{**row, "seconds": 0} for row in c.state["history"]] for c in (first, second)]
    assert histories[0] == histories[1] and len(histories[0]) == 8


class Stop(Exception):
    pass


def run_in_pieces(path, break_at, backend="numpy", place=lambda x: x):
    """Train for 6 epochs; with `break_at` the process is cut at that step, and a new one goes on."""

    class Cut(FCWTA):
        steps = 0

        def loss_and_grads(self, x):
            if self.steps == break_at:
                raise Stop
            self.steps += 1
            return super().loss_and_grads(x)

    for kind in (Cut, FCWTA):
        model = kind(12, 8, rng=1).to(backend)
        try:
            options = {"batch_size": 10, "optimizer": SGD(0.05), "rng": 5, "schedule": step_decay()}
            fit(
                model,
                place(X),
                6,
                **options,
                progress=False,
                checkpoint=path,
                every_seconds=1e-9,
                resume=True,
            )
        except Stop:
            continue
        return {name: to_numpy(v) for name, v in model.params.items()}


@pytest.mark.parametrize("break_at", [1, 5, 6, 7, 20])
def test_a_run_cut_anywhere_resumes_bit_for_bit(break_at, tmp_path, backend, place):
    whole = run_in_pieces(tmp_path / "a.npz", None, backend, place)
    pieces = run_in_pieces(tmp_path / "b.npz", break_at, backend, place)
    for name, value in whole.items():
        assert value.tobytes() == pieces[name].tobytes()


@pytest.mark.parametrize("generator", [np.random.MT19937, np.random.PCG64DXSM, np.random.Philox])
def test_every_kind_of_generator_resumes(generator, tmp_path):
    weights = []
    for path, parts in ((tmp_path / "a.npz", [4]), (tmp_path / "b.npz", [2, 4])):
        for epochs in parts:
            model = FCWTA(12, 8)
            fit(model, X, epochs, 10, rng=np.random.Generator(generator(3)), progress=False, checkpoint=path,
                resume=True)  # fmt: skip
        weights.append(model.params["W_enc"].tobytes())
    assert weights[0] == weights[1]


def test_a_finished_run_is_resumed_by_doing_nothing_or_more_epochs(tmp_path):
    path = tmp_path / "c.npz"
    kept = fit(FCWTA(12, 8), X, 2, batch_size=10, progress=False, checkpoint=path)
    before = load(path).params["W_enc"]
    same = fit(FCWTA(12, 8), X, 2, batch_size=10, progress=False, checkpoint=path, resume=True)
    assert same.rows == kept.rows
    np.testing.assert_array_equal(load(path).params["W_enc"], before)
    more = fit(FCWTA(12, 8), X, 3, batch_size=10, progress=False, checkpoint=path, resume=True)
    assert len(more) == 3


def test_without_resume_a_run_begins_anew(tmp_path):
    path = tmp_path / "c.npz"
    fit(FCWTA(12, 8), X, 2, batch_size=10, progress=False, checkpoint=path)
    assert len(fit(FCWTA(12, 8), X, 1, batch_size=10, progress=False, checkpoint=path)) == 1


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"batch_size": 11}, "trained with batch_size 10, but now it is 11"),
        ({"optimizer": SGD(0.5)}, "trained with lr 0.02, but now it is 0.5"),
        ({"x": X[::-1].copy()}, "trained with data"),
        ({"x": np.where(np.arange(57)[:, None] < 50, X, 0)}, "trained with data"),
        ({"model": FCWTA(12, 9)}, "trained with model .*'n_hidden': .8."),
    ],
)
def test_a_checkpoint_of_another_training_is_refused(change, words, tmp_path):
    path = tmp_path / "c.npz"
    common = {"epochs": 1, "batch_size": 10, "progress": False, "checkpoint": path}
    fit(FCWTA(12, 8), X, **common)
    with pytest.raises(ValueError, match=words):
        fit(**{"model": FCWTA(12, 8), "x": X, **common, "resume": True, **change})


def test_a_model_saved_by_itself_is_no_training(tmp_path):
    save(tmp_path / "m.npz", FCWTA(12, 8))
    with pytest.raises(ValueError, match="holds a model but no training to resume"):
        fit(FCWTA(12, 8), X, 1, batch_size=10, progress=False, checkpoint=tmp_path / "m.npz", resume=True)


@pytest.mark.parametrize("lost", ["history", "settings", "epoch", "epoch_state"])
def test_a_training_that_lacks_something_is_refused_before_the_model_is_touched(lost, tmp_path):
    path = tmp_path / "c.npz"
    fit(FCWTA(12, 8), X, 1, batch_size=10, progress=False, checkpoint=path)
    checkpoint = load_checkpoint(path)
    del checkpoint.state[lost]
    save(path, checkpoint.model, state=checkpoint.state, arrays=checkpoint.arrays)
    model = FCWTA(12, 8)
    with pytest.raises(ValueError, match=f"no training that can be resumed: it lacks {lost}"):
        fit(model, X, 2, batch_size=10, progress=False, checkpoint=path, resume=True)
    np.testing.assert_array_equal(model.params["W_enc"], FCWTA(12, 8).params["W_enc"])
