"""The package where there are no threads and no signals, under a umask that forbids all, with wide indices."""

import os
import signal
import stat
import subprocess
import sys
import threading
import warnings

import numpy as np
import pytest
from tqdm import tqdm

import wta_np
from wta_np import ops
from wta_np._utils import parallel, progress_bar
from wta_np._utils.system import can_start_threads
from wta_np.training.interrupt import stop_on_signals

posix = pytest.mark.skipif(not hasattr(os, "fork"), reason="no processes of this kind here")


@pytest.fixture
def no_threads(monkeypatch):
    """As in a browser."""

    def start(self):
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", start)
    monkeypatch.setattr(tqdm, "monitor_interval", 10)
    can_start_threads.cache_clear()
    yield
    can_start_threads.cache_clear()


def test_threads_are_there_or_not_and_it_is_asked_once(no_threads):
    assert not can_start_threads()
    assert can_start_threads.cache_info().misses == 1


def test_work_that_threads_would_share_is_done_without_them(no_threads, monkeypatch):
    monkeypatch.setattr(parallel, "n_workers", lambda: 3)
    done = []
    parallel.share_work(lambda some: done.extend(some), range(7), np)
    assert done == list(range(7))


def test_a_bar_shows_progress_without_threads_and_without_a_warning(no_threads, monkeypatch):
    monkeypatch.setattr(progress_bar, "_is_terminal", lambda stream: True)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with progress_bar.progress_bar(2, desc="epoch") as bar:
            bar.update(2)
    assert bar.n == 2


def test_a_model_trains_without_threads(no_threads, monkeypatch):
    monkeypatch.setattr(parallel, "n_workers", lambda: 3)
    x = np.random.default_rng(0).random((8, 8, 8, 1), dtype=np.float32)
    history = wta_np.fit(
        wta_np.ConvWTA(1, 2, n_layers=1, decoder_size=5, rng=0), x, epochs=2, batch_size=4, progress=False
    )
    assert len(history["loss"]) == 2


def test_where_no_signal_can_be_caught_a_training_goes_on(monkeypatch):
    def refuse(signum, handler):
        raise ValueError("signal only works in main thread of the main interpreter")

    monkeypatch.setattr(signal, "signal", refuse)
    with stop_on_signals() as request:
        assert not request.requested


CHILD = """
import os, sys
os.umask(0o777)
from wta_np._utils.atomic import write_whole
with write_whole(sys.argv[1] + "/new/deep/model.npz") as file:
    file.write(b"whole")
assert open(sys.argv[1] + "/new/deep/model.npz", "rb").read() == b"whole"
"""


@posix
def test_a_file_that_was_written_can_be_read_by_its_owner_under_any_umask(tmp_path):
    done = subprocess.run([sys.executable, "-c", CHILD, tmp_path], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    made = [tmp_path / "new", tmp_path / "new/deep", tmp_path / "new/deep/model.npz"]
    assert [stat.S_IMODE(path.stat().st_mode) for path in made] == [0o700, 0o700, 0o600]


@pytest.mark.parametrize("kind", ["int64", "int32", "uint8"])
def test_winners_of_any_kind_of_whole_numbers_have_one_gradient(kind):
    """Machines with 32 bits count with int32, and NumPy refuses to take items by int64 there."""
    rng = np.random.default_rng(0)
    places = [np.array([0, 1, 1], kind), np.array([0, 2, 3], kind), np.array([1, 1, 0], kind)]
    code = ops.Winners(*places, np.array([0, 1, 0], kind), rng.random(3), (2, 4, 4, 2))
    assert {place.dtype for place in (code.n, code.y, code.x, code.f)} == {np.dtype(np.intp)}
    dy, D = rng.random((2, 4, 4, 1)), rng.random((2, 3, 3, 1))
    dz, dD, _ = ops.deconv2d_backward(dy, code, D)
    _, dense, _ = ops.deconv2d_backward(dy, code.dense(), D)
    np.testing.assert_allclose(dD, dense, atol=1e-12)
    assert dz.value.shape == (3,)


def test_an_index_that_is_too_wide_is_refused_before_it_is_cut_short():
    """2**63 + 1 would be negative, or 1, in fewer bits."""
    with pytest.raises(ValueError, match="n reaches from 9223372036854775809 to 9223372036854775809"):
        ops.Winners(
            np.array([2**63 + 1], np.uint64),
            *[np.zeros(1, int)] * 3,
            np.ones(1),
            (2, 1, 1, 1),
        )
