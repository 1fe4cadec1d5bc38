"""One run at a time into a folder."""

import os
import signal
import subprocess
import sys

import pytest

from wta_np._utils import locks
from wta_np._utils.locks import only_run_in

pytestmark = pytest.mark.skipif(locks.fcntl is None, reason="no such locks here")

CODE = (
    "import sys\nfrom wta_np._utils.locks import only_run_in\n"
    "with only_run_in(sys.argv[1]):\n    print('held', flush=True), sys.stdin.read()"
)


def test_a_second_run_is_refused_until_the_first_ends_or_is_killed(tmp_path):
    for end in (lambda other: other.stdin.close(), lambda other: other.send_signal(signal.SIGKILL)):
        with subprocess.Popen(
            [sys.executable, "-c", CODE, tmp_path], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        ) as other:
            assert other.stdout.readline().strip() == b"held"
            refused = pytest.raises(BlockingIOError, match="another run is writing into this folder")
            with refused as caught, only_run_in(tmp_path):
                pass
            assert caught.value.filename == str(tmp_path)
            end(other)
            other.wait()
        with only_run_in(tmp_path):
            assert os.listdir(tmp_path) == []


def test_runs_into_two_folders_do_not_meet(tmp_path):
    (tmp_path / "a").mkdir()
    with only_run_in(tmp_path), only_run_in(tmp_path / "a"):
        pass


def test_where_the_file_system_has_no_locks_nothing_is_refused(tmp_path, monkeypatch):
    def unsupported(*_):
        raise OSError(95, "Operation not supported")

    monkeypatch.setattr(locks.fcntl, "flock", unsupported)
    with only_run_in(tmp_path), only_run_in(tmp_path):
        pass
