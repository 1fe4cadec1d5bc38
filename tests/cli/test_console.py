"""The command beside closed, full and odd streams, notebook settings and Ctrl-C: one line, and its work is done."""

import os
import signal
import subprocess
import sys
import textwrap

import pytest

from wta_np.cli import console, main

POSIX = pytest.mark.skipif(os.name != "posix", reason="file descriptors and signals as on POSIX")


def command(*arguments, before="", **options):
    """`wta-np` in a process of its own, in which the statements `before` run first."""
    code = f"import os, sys\n{textwrap.dedent(before)}\nfrom wta_np.cli import main\nsys.exit(main())"
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1", **options.pop("env", {})}
    return subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)],
        **{"capture_output": True, "text": True, "env": environment, "timeout": 300, **options},
    )


@pytest.fixture
def small(tmp_path, monkeypatch):
    """Options of a training that takes a moment."""
    import numpy as np

    rng = np.random.default_rng(0)
    x, y = rng.random((60, 6, 6, 1), np.float32), np.arange(60) % 3
    np.savez(tmp_path / "d.npz", x_train=x, y_train=y, x_test=x, y_test=y)
    monkeypatch.chdir(tmp_path)
    return (
        "train",
        "fc",
        "--data",
        "d.npz",
        "--units",
        "5",
        "--epochs",
        "2",
        "--batch-size",
        "20",
        "--out",
        "run",
    )


def test_a_notebooks_backend_of_matplotlib_is_no_obstacle(small, tmp_path):
    notebook = {"MPLBACKEND": "module://no_such_module.backend_inline"}
    for arguments in (["--version"], ["data", "list"], small, ["plot", "run"]):
        ran = command(*arguments, env=notebook)
        assert ran.returncode == 0, ran.stderr
    assert (tmp_path / "run" / "dictionary.png").stat().st_size > 1000


def test_matplotlib_is_imported_where_pictures_are_drawn_and_nowhere_else():
    code = "import sys, wta_np, wta_np.cli.parser; wta_np.cli.parser.build_parser(); print('matplotlib' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout == "False\n"


@POSIX
@pytest.mark.parametrize("closed", [">&-", "2>&-", "<&- >&- 2>&-"])
def test_standard_streams_that_are_closed_cost_nothing(closed, small, tmp_path):
    code = "import sys; from wta_np.cli import main; sys.exit(main())"
    ran = subprocess.run(
        ["sh", "-c", f'exec "$@" {closed}', "sh", sys.executable, "-c", code, *small], timeout=300
    )
    assert ran.returncode == 0
    assert (tmp_path / "run" / "model.npz").exists() and (tmp_path / "run" / "history.json").exists()


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no /dev/full")
def test_a_log_on_a_full_disk_costs_nothing_but_the_log(small, tmp_path):
    with open("/dev/full", "w") as full:
        ran = command(*small, capture_output=False, stdout=subprocess.PIPE, stderr=full)
    assert ran.returncode == 0 and (tmp_path / "run" / "model.npz").exists()


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no /dev/full")
def test_output_that_was_lost_is_told_once_the_work_is_done(small, tmp_path):
    with open("/dev/full", "w") as full:
        ran = command(*small, capture_output=False, stderr=subprocess.PIPE, stdout=full)
    assert ran.returncode == 2 and (tmp_path / "run" / "model.npz").exists()
    assert ran.stderr.strip().endswith("wta-np: error: standard output: [Errno 28] No space left on device")


@POSIX
def test_a_reader_that_goes_away_is_no_error():
    before = """
    read, write = os.pipe()
    os.close(read)
    os.dup2(write, 1)
    """
    ran = command("data", "list", before=before)
    assert (ran.returncode, ran.stderr) == (0, "")


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "utf-8:strict", "ascii:surrogateescape"])
def test_names_that_no_encoding_has_are_printed_with_escapes(encoding, tmp_path):
    name = os.fsdecode("Größe-≥-".encode() + b"\xfc.npz")
    environment = {"PYTHONIOENCODING": encoding}
    ran = command("train", "fc", "--data", name, "--out", "run", cwd=tmp_path, env=environment, text=False)
    assert ran.returncode == 2 and b"Traceback" not in ran.stderr
    assert ran.stderr.count(b"\n") == 1 and b"\\xfc.npz" in ran.stderr


@POSIX
@pytest.mark.parametrize("module", ["numpy", "wta_np.cli.parser", "wta_np.training", "tqdm"])
def test_ctrl_c_during_imports_is_one_line(module):
    before = f"""
    import builtins, signal
    real = builtins.__import__
    def interrupted(name, *arguments, **options):
        if name == {module!r}:
            os.kill(os.getpid(), signal.SIGINT)
        return real(name, *arguments, **options)
    builtins.__import__ = interrupted
    """
    ran = command("data", "list", before=before)
    assert (ran.returncode, ran.stdout, ran.stderr) == (130, "", "wta-np: interrupted\n")


@POSIX
@pytest.mark.parametrize(
    "place", ["wta_np.cli.train.load_images", "wta_np.cli.train.fit", "wta_np.cli.train._finish"]
)
def test_ctrl_c_before_during_and_after_training_is_one_line(place, small):
    module, name = place.rsplit(".", 1)
    before = f"""
    import signal, {module} as module
    def interrupted(*arguments, **options):
        os.kill(os.getpid(), signal.SIGINT)
    module.{name} = interrupted
    """
    ran = command(*small, before=before)
    assert (ran.returncode, ran.stdout, ran.stderr.splitlines()[-1]) == (130, "", "wta-np: interrupted")
    assert "Traceback" not in ran.stderr


@POSIX
def test_ctrl_c_after_the_work_is_ignored():
    before = """
    import atexit, signal
    atexit.register(os.kill, os.getpid(), signal.SIGINT)
    """
    ran = command("data", "list", before=before)
    assert (ran.returncode, ran.stderr) == (0, "")


def test_an_error_that_was_not_foreseen_is_one_line_that_says_so(monkeypatch, capsys):
    monkeypatch.delenv("WTA_NP_TRACEBACK", raising=False)
    monkeypatch.setattr("wta_np.data.inventory.look", lambda *_: {}["x"])
    assert main(["data", "list"]) == 2
    assert capsys.readouterr().err == (
        "wta-np: error: KeyError: 'x'; this is a fault of wta_np, and WTA_NP_TRACEBACK=1 shows its place\n"
    )


def test_a_stream_keeps_its_first_error():
    class Full:
        def write(self, text):
            raise OSError(28, "No space left on device")

    stream = console.TolerantStream(Full())
    assert stream.write("abc") == 3 and stream.error.errno == 28
    stream.write("more")
    stream.flush()
    assert console.write_lost(stream)


def test_signals_of_a_caller_are_given_back():
    before = signal.getsignal(signal.SIGINT)
    with pytest.raises(SystemExit):
        main(["--version"])
    assert signal.getsignal(signal.SIGINT) is before
