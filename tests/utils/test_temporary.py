"""Temporary files: what a killed run leaves is removed, what a running one writes is not."""

import errno
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from wta_np._utils import temporary
from wta_np._utils.atomic import write_whole
from wta_np._utils.temporary import remove_stale

LEFT = ".model.npz.0123abcd.part"
posix = pytest.mark.skipif(os.name == "nt", reason="no such locks here")


def test_what_a_killed_run_left_is_removed_by_the_next_one_that_writes_the_same_file(tmp_path):
    for name in (
        LEFT,
        ".model.npz.abcd_0z9.part",
        ".other.npz.0123abcd.part",
        "model.npz.part",
        ".notes.part",
    ):
        (tmp_path / name).write_bytes(b"half")
    with write_whole(tmp_path / "model.npz") as file:
        file.write(b"whole")
    assert sorted(os.listdir(tmp_path)) == [
        ".notes.part",
        ".other.npz.0123abcd.part",
        "model.npz",
        "model.npz.part",
    ]
    remove_stale(tmp_path)
    assert sorted(os.listdir(tmp_path)) == [".notes.part", "model.npz", "model.npz.part"]


@posix
def test_a_part_that_another_process_writes_is_left_alone_until_that_is_killed(tmp_path):
    code = (
        "import sys\nfrom wta_np._utils.atomic import write_whole\n"
        "with write_whole(sys.argv[1]) as file:\n    file.write(b'half'), file.flush()\n"
        "    print('open', flush=True), sys.stdin.read()"
    )
    path = tmp_path / "model.npz"
    with subprocess.Popen(
        [sys.executable, "-c", code, path], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdout.readline().strip() == b"open"
        (part,) = os.listdir(tmp_path)
        remove_stale(tmp_path)
        with write_whole(path) as file:
            file.write(b"whole")
        assert sorted(os.listdir(tmp_path)) == sorted([part, "model.npz"])
        other.send_signal(signal.SIGKILL)
        other.wait()
    remove_stale(tmp_path)
    assert os.listdir(tmp_path) == ["model.npz"] and path.read_bytes() == b"whole"


@posix
def test_a_part_taken_for_stale_before_it_was_locked_is_made_again(tmp_path, monkeypatch):
    """Another process may look for stale files between making one and locking it."""
    real, taken = temporary.try_lock, []

    def slow(handle):
        if not taken:
            taken.extend(tmp_path.glob(".*.part"))
            taken[0].unlink()
        return real(handle)

    monkeypatch.setattr(temporary, "try_lock", slow)
    with write_whole(tmp_path / "model.npz") as file:
        file.write(b"whole")
    assert len(taken) == 1 and os.listdir(tmp_path) == ["model.npz"]


@posix
def test_only_regular_files_are_removed_and_nothing_waits_for_a_pipe(tmp_path):
    os.mkfifo(tmp_path / LEFT)
    (tmp_path / ".a.0123abcd.part").mkdir()
    (tmp_path / "kept").write_bytes(b"")
    os.symlink(tmp_path / "kept", tmp_path / ".b.0123abcd.part")
    remove_stale(tmp_path)
    assert len(os.listdir(tmp_path)) == 4
    remove_stale(tmp_path / "nowhere")


@pytest.mark.parametrize("exists", [False, True])
def test_folders_made_for_a_file_that_is_not_written_are_removed_again(tmp_path, exists):
    folder = tmp_path / "a" / "b"
    if exists:
        (tmp_path / "a").mkdir()
    with pytest.raises(RuntimeError), write_whole(folder / "model.npz") as file:
        file.write(b"half")
        raise RuntimeError
    assert os.listdir(tmp_path) == (["a"] if exists else []) and not folder.exists()


def test_a_file_system_without_permissions_and_without_sync_is_written_all_the_same(tmp_path, monkeypatch):
    def refused(*_, **__):
        raise OSError(errno.EPERM, "Operation not permitted")

    def unknown(handle):
        raise OSError(errno.EINVAL, "Invalid argument")

    for name in ("chmod", "fchmod"):
        monkeypatch.setattr(os, name, refused, raising=False)
    monkeypatch.setattr(os, "fsync", unknown)
    with write_whole(tmp_path / "model.npz") as file:
        file.write(b"weights")
    assert (tmp_path / "model.npz").read_bytes() == b"weights"


def test_an_error_of_the_disk_while_syncing_is_no_success(tmp_path, monkeypatch):
    def broken(handle):
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(os, "fsync", broken)
    with (
        pytest.raises(OSError, match="Input/output error") as caught,
        write_whole(tmp_path / "model.npz") as file,
    ):
        file.write(b"weights")
    assert caught.value.filename == str(tmp_path / "model.npz") and os.listdir(tmp_path) == []


@posix
def test_a_new_file_has_the_permissions_of_any_other(tmp_path):
    old = os.umask(0o027)
    try:
        with write_whole(tmp_path / "model.npz") as file:
            file.write(b"weights")
    finally:
        os.umask(old)
    assert (tmp_path / "model.npz").stat().st_mode & 0o777 == 0o640


def test_a_name_as_long_as_can_be_is_written(tmp_path):
    for name in ("x" * 255, "ä" * 127):
        with write_whole(tmp_path / name, "w") as file:
            file.write("text")
        assert (tmp_path / name).read_text() == "text"


def test_a_leading_tilde_is_the_home_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("USERPROFILE", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    with write_whole("~/runs/model.npz") as file:
        file.write(b"weights")
    assert Path("home/runs/model.npz").read_bytes() == b"weights" and not Path("~").exists()
