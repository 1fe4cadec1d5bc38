"""Paths as people type them, and files that are none."""

import os
import re

import pytest

from wta_np._utils.paths import user_path
from wta_np._utils.regular import open_regular


def test_a_tilde_is_a_home_folder_only_at_the_beginning(monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    assert user_path("~") == tmp_path and user_path("~/a/b") == tmp_path / "a" / "b"
    assert str(user_path("a~")) == "a~" and user_path("./~").name == "~"
    assert str(user_path(os.fsencode("a/b"))) == os.path.join("a", "b")


@pytest.mark.parametrize("path", ["~nosuchuser", "~nosuchuser/data", "~nosuch user/x"])
def test_a_user_that_is_not_there_is_named(path):
    with pytest.raises(ValueError, match=f"^{re.escape(path)}: no user is called 'nosuch ?user'"):
        user_path(path)


def test_a_user_without_a_home_folder_is_told_so(monkeypatch):
    pwd = pytest.importorskip("pwd")

    def nobody(uid):
        raise KeyError(uid)

    monkeypatch.setattr(pwd, "getpwuid", nobody)
    monkeypatch.delenv("HOME")
    with pytest.raises(ValueError, match=r"^~/runs: this user has no home folder"):
        user_path("~/runs")


def test_a_nul_character_is_refused_in_words():
    with pytest.raises(ValueError, match="holds a NUL character"):
        user_path("a\0b")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
def test_only_regular_files_are_opened_and_nothing_waits(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    os.symlink(tmp_path / "pipe", tmp_path / "link")
    os.symlink("/dev/zero", tmp_path / "zero")
    for name, words in [("pipe", "a named pipe"), ("link", "a named pipe"), ("zero", "a device")]:
        with pytest.raises(OSError, match=f"it is {words}, expected a regular file"):
            open_regular(tmp_path / name)
    with pytest.raises(IsADirectoryError, match="it is a folder, expected a file"):
        open_regular(tmp_path)
    os.symlink("loop", tmp_path / "loop")
    with pytest.raises(OSError):
        open_regular(tmp_path / "loop")


def test_a_file_of_more_bytes_than_are_wanted_is_not_read(tmp_path):
    with open(tmp_path / "sparse", "wb") as file:
        file.truncate(8 << 30)
    with pytest.raises(ValueError, match="it has 8589934592 bytes, expected at most 100"):
        open_regular(tmp_path / "sparse", 100)
    (tmp_path / "small").write_bytes(b"x" * 100)
    with open_regular(tmp_path / "small", 100) as file:
        assert file.read() == b"x" * 100
