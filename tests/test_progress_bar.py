"""Progress: a bar in a terminal or notebook, lines in a log, nothing where that is asked for."""

import io
import sys
import types

import numpy as np
import pytest
import tqdm

from wta_np._utils.progress_bar import LogLines, progress_bar
from wta_np.evaluation import encode_batches
from wta_np.models import FCWTA
from wta_np.training import fit

X = np.random.default_rng(0).random((60, 12)).astype("f4")


class Terminal(io.StringIO):
    """Standard error of a terminal."""

    def isatty(self):
        return True


@pytest.fixture
def stderr(monkeypatch):
    """Puts a stream in the place of standard error, and returns it."""
    monkeypatch.delenv("TQDM_DISABLE", raising=False)

    def put(stream):
        monkeypatch.setattr(sys, "stderr", stream)
        return stream

    return put


def train(epochs=2, **options):
    return fit(FCWTA(12, 8), X, epochs, batch_size=10, **options)


def test_a_log_gets_one_line_for_each_epoch(stderr):
    log = stderr(io.StringIO())
    train(3)
    lines = log.getvalue().splitlines()
    assert [line.split(":")[0] for line in lines] == ["epoch 1/3", "epoch 2/3", "epoch 3/3"]
    assert all("loss" in line and "active" in line and "dead" in line for line in lines)
    assert "\r" not in log.getvalue()


def test_a_log_of_a_thousand_epochs_stays_short_and_has_the_last(stderr):
    log = stderr(io.StringIO())
    with progress_bar(3000) as bar:
        for epoch in range(1000):
            bar.set_description(f"epoch {epoch + 1}/1000")
            bar.update(3)
            bar.set_postfix_str("loss")
    lines = log.getvalue().splitlines()
    assert len(lines) <= 102 and lines[0] == "epoch 1/1000: loss" and lines[-1] == "epoch 1000/1000: loss"


def test_work_without_epochs_gets_one_line_at_its_end(stderr):
    log = stderr(io.StringIO())
    encode_batches(FCWTA(12, 8), X, batch_size=20, progress=True)
    assert log.getvalue() == "encode: 100%, 60/60 samples\n"


@pytest.mark.parametrize(
    ("total", "unit", "line"),
    [(7, "B", "x: 71%, 5/7 bytes\n"), (None, "B", "x: 5 bytes\n"), (5, "patch", "x: 100%, 5/5 patches\n")],
)
def test_the_line_says_what_was_counted_and_of_how_many(total, unit, line, stderr):
    log = stderr(io.StringIO())
    with progress_bar(total, desc="x", unit=unit, unit_scale=True) as bar:
        bar.update(5)
    assert log.getvalue() == line


def test_a_terminal_gets_a_bar(stderr):
    terminal = stderr(Terminal())
    train()
    assert (
        "epoch 2/2" in terminal.getvalue() and "\r" in terminal.getvalue() and "12/12" in terminal.getvalue()
    )


@pytest.mark.parametrize(("value", "silent"), [("1", True), ("true", True), ("0", False), ("", False)])
@pytest.mark.parametrize("stream", [Terminal, io.StringIO])
def test_tqdm_disable_is_obeyed(value, silent, stream, stderr, monkeypatch):
    output = stderr(stream())
    monkeypatch.setenv("TQDM_DISABLE", value)
    train()
    encode_batches(FCWTA(12, 8), X, progress=True)
    assert (output.getvalue() == "") == silent


def test_progress_false_is_silent_and_so_is_a_process_without_standard_error(stderr):
    output = stderr(Terminal())
    train(progress=False)
    assert output.getvalue() == ""
    stderr(None)
    assert len(train()) == 2


class Full(io.StringIO):
    """A log on a full disk."""

    def write(self, text):
        raise OSError(28, "No space left on device")


@pytest.mark.parametrize("make", [Full, io.StringIO])
def test_a_log_that_cannot_be_written_ends_no_training(make, stderr):
    stream = stderr(make())
    if make is io.StringIO:
        stream.close()
    assert len(train()) == 2


@pytest.mark.parametrize("has_widgets", [False, True])
def test_a_notebook_without_widgets_gets_a_bar_of_text_and_no_warning(has_widgets, stderr, monkeypatch):
    shell = types.SimpleNamespace(kernel=object())
    monkeypatch.setitem(sys.modules, "IPython", types.SimpleNamespace(get_ipython=lambda: shell))
    monkeypatch.setattr("importlib.util.find_spec", lambda name: object() if has_widgets else None)
    drawn = types.ModuleType("tqdm.notebook")
    drawn.tqdm = lambda **options: ("widgets", options["total"])
    monkeypatch.setitem(sys.modules, "tqdm.notebook", drawn)
    stderr(io.StringIO())
    bar = progress_bar(5)
    if has_widgets:
        assert bar == ("widgets", 5)
    else:
        assert type(bar) is tqdm.tqdm
        bar.close()


def test_a_shell_that_is_no_notebook_counts_as_terminal_or_log(stderr, monkeypatch):
    monkeypatch.setitem(sys.modules, "IPython", types.SimpleNamespace(get_ipython=lambda: None))
    stderr(io.StringIO())
    assert isinstance(progress_bar(5), LogLines)
