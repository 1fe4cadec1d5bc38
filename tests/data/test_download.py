"""Downloads from a server on this machine that misbehaves in every way the tests ask for."""

import errno
import gzip
import hashlib
import os
import subprocess
import sys
import threading
from contextlib import contextmanager
from http.server import ThreadingHTTPServer

import pytest

from wta_np.data import download, load, mnist
from wta_np.data.download import fetch
from wta_np.data.files import RemoteFile

CONTENT = bytes(range(256)) * 1000
PACKED = gzip.compress(CONTENT)
FILE = RemoteFile("letters.gz", hashlib.sha256(CONTENT).hexdigest(), len(CONTENT))


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "cache" / "letters"


def fails(server, folder, page, *reasons):
    """Check that this page is refused, for these reasons, and that nothing is left of it."""
    server.pages["/letters.gz"] = page
    with pytest.raises(ConnectionError) as caught:
        fetch([FILE], [server.url], folder, progress=False)
    for part in (*reasons, server.url, "letters.gz", str(folder)):
        assert part in str(caught.value)
    assert "\n" not in str(caught.value)
    assert not folder.parent.exists()  # not even the folders that were made for it


def test_a_file_is_downloaded_into_a_new_folder_as_the_mirror_has_it(server, folder):
    server.pages["/letters.gz"] = PACKED
    assert fetch([FILE], [server.url], folder, progress=False) == [folder / "letters.gz"]
    assert (folder / "letters.gz").read_bytes() == PACKED
    assert os.listdir(folder) == ["letters.gz"]


@pytest.mark.parametrize("page", [gzip.compress(CONTENT, 1), gzip.compress(CONTENT, 0), CONTENT])
def test_any_packing_of_the_right_content_passes(server, folder, page):
    server.pages["/letters.gz"] = page
    fetch([FILE], [server.url], folder, progress=False)
    assert (folder / "letters.gz").read_bytes() == page


def test_a_mirror_that_does_not_announce_a_length_is_good_enough(server, folder):
    server.pages["/letters.gz"] = PACKED, None
    fetch([FILE], [server.url], folder, progress=False)
    assert (folder / "letters.gz").read_bytes() == PACKED


def test_a_checksum_of_the_file_as_it_is_can_be_asked_for(server, folder):
    as_it_is = RemoteFile("letters.gz", hashlib.md5(PACKED).hexdigest(), len(PACKED), "md5", unpacked=False)
    server.pages["/letters.gz"] = gzip.compress(CONTENT, 1)
    with pytest.raises(ConnectionError, match=f"MD5 checksum is .*, expected {as_it_is.checksum}|more than"):
        fetch([as_it_is], [server.url], folder, progress=False)
    server.pages["/letters.gz"] = PACKED
    fetch([as_it_is], [server.url], folder, progress=False)


def test_another_content_is_refused_with_both_checksums(server, folder):
    wrong = CONTENT[:-1] + b"!"
    fails(server, folder, gzip.compress(wrong), hashlib.sha256(wrong).hexdigest(), FILE.checksum)


def test_a_connection_cut_half_way_is_refused(server, folder):
    half = len(PACKED) // 2
    fails(server, folder, (PACKED[:half], len(PACKED)), f"{half}")


def test_half_a_file_of_unannounced_length_is_refused(server, folder):
    fails(server, folder, (PACKED[: len(PACKED) // 2], None), "cut short")


def test_a_status_of_404_is_refused(server, folder):
    fails(server, folder, 404, "HTTP status 404")


def test_what_is_too_short_is_refused_with_both_lengths(server, folder):
    fails(server, folder, CONTENT[:1000], "it holds 1000 of 256000 bytes, and its SHA256 checksum is")


def test_garbage_is_refused(server, folder):
    fails(server, folder, b"<html>please log in</html>", "SHA256 checksum")
    fails(server, folder, b"\x1f\x8b garbage after the first two bytes of gzip", "damaged gzip file")


def test_a_gzip_bomb_is_not_unpacked(server, folder):
    fails(server, folder, gzip.compress(bytes(50_000_000)), "holds more than the expected 256000 bytes")


def test_an_endless_file_is_not_received(server, folder):
    fails(server, folder, os.urandom(2 * len(CONTENT)), "sent more than the 256000 bytes")


def test_a_server_that_goes_silent_is_given_up(server, folder, monkeypatch):
    monkeypatch.setattr(download, "TIMEOUT", 0.05)
    answered = threading.Event()

    def hang(handler):
        answered.wait(10)

    monkeypatch.setattr(server.RequestHandlerClass, "do_GET", hang)
    try:
        fails(server, folder, PACKED, "timed out")
    finally:
        answered.set()


def test_the_next_mirror_is_tried_when_the_first_is_dead(server, folder):
    with ThreadingHTTPServer(("127.0.0.1", 0), server.RequestHandlerClass) as closed:
        dead = f"http://127.0.0.1:{closed.server_port}/"
    server.pages["/letters.gz"] = PACKED
    fetch([FILE], [dead, server.url], folder, progress=False)
    assert (folder / "letters.gz").read_bytes() == PACKED


def test_the_next_mirror_is_tried_when_the_first_gives_something_else(server, folder):
    server.pages.update({"/bad/letters.gz": b"something else", "/good/letters.gz": PACKED})
    fetch([FILE], [server.url + "bad/", server.url + "good/"], folder, progress=False)
    assert server.asked == ["/bad/letters.gz", "/good/letters.gz"]
    assert (folder / "letters.gz").read_bytes() == PACKED


def test_when_all_mirrors_fail_one_line_gives_each_reason_the_files_and_the_folder(server, folder):
    server.pages.update({"/letters.gz": PACKED, "/b/more.gz": 503})
    more, most = (RemoteFile(name, "0" * 64, 9) for name in ("more.gz", "most.gz"))
    with pytest.raises(ConnectionError) as caught:
        fetch([FILE, more, most], [server.url, server.url + "b/"], folder, progress=False)
    message = str(caught.value)
    assert f"{server.url}: HTTP status 404; {server.url}b/: HTTP status 503" in message
    assert message.endswith(f"put them into {folder}: more.gz, most.gz")
    assert os.listdir(folder) == ["letters.gz"]


def test_an_interruption_leaves_the_old_file_whole_and_no_part_of_the_new_one(server, folder, monkeypatch):
    folder.mkdir(parents=True)
    (folder / "letters.gz").write_bytes(b"old")

    def interrupted(*args):
        yield PACKED[:100]
        assert [name for name in os.listdir(folder) if name.endswith(".part")]
        raise KeyboardInterrupt

    monkeypatch.setattr(download, "_receive", interrupted)
    with pytest.raises(KeyboardInterrupt):
        fetch([FILE], [server.url], folder, progress=False)
    assert os.listdir(folder) == ["letters.gz"]
    assert (folder / "letters.gz").read_bytes() == b"old"


def test_a_folder_that_cannot_be_written_to_is_named_and_no_mirror_blamed(server, tmp_path):
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(OSError, match="cannot be written to") as caught:
        fetch([FILE], [server.url], tmp_path / "file" / "letters", progress=False)
    assert str(tmp_path / "file" / "letters") in str(caught.value)
    assert not isinstance(caught.value, ConnectionError)
    assert server.asked == []


class FullDisk:
    """A file on a disk with little room."""

    def __init__(self, file, room):
        self.file, self.room = file, room

    def write(self, content):
        self.file.write(content[: self.room])
        self.room -= len(content)
        if self.room < 0:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_a_disk_that_fills_up_is_named_no_mirror_is_blamed_and_the_old_file_stays(
    server, folder, monkeypatch
):
    folder.mkdir(parents=True)
    (folder / "letters.gz").write_bytes(b"old")
    server.pages["/letters.gz"] = CONTENT

    real = download.temporary_beside

    @contextmanager
    def small_disk(path):
        with real(path) as (file, temporary):
            yield FullDisk(file, 100_000), temporary

    monkeypatch.setattr(download, "temporary_beside", small_disk)
    with pytest.raises(OSError, match=r"letters\.gz: .*cannot be written to: No space left") as caught:
        fetch([FILE], [server.url, server.url], folder, progress=False)
    assert str(folder) in str(caught.value) and "\n" not in str(caught.value)
    assert not isinstance(caught.value, ConnectionError)
    assert server.asked == ["/letters.gz"]
    assert os.listdir(folder) == ["letters.gz"]
    assert (folder / "letters.gz").read_bytes() == b"old"


def test_a_download_that_is_killed_leaves_nothing_under_the_final_name(server, folder):
    """As `kill -9` gives no chance to clean up, what is left has another name, which no loader looks for."""
    code = (
        "import os, signal, sys; from wta_np.data import download; from wta_np.data.files import RemoteFile\n"
        "def killed(*args):\n"
        "    yield bytes(100)\n"
        "    os.kill(os.getpid(), getattr(signal, 'SIGKILL', signal.SIGTERM))\n"
        "download._receive = killed\n"
        "download.fetch([RemoteFile('letters.gz', '0', 9)], ['http://x/'], sys.argv[1])"
    )
    done = subprocess.run([sys.executable, "-c", code, folder])
    assert done.returncode != 0
    (left,) = os.listdir(folder)
    assert left.endswith(".part")
    server.pages["/letters.gz"] = PACKED
    fetch([FILE], [server.url], folder, progress=False)
    assert os.listdir(folder) == ["letters.gz"]  # the next download of the same file tidies up


def test_what_was_found_instead_is_said_before_what_is_wanted(server, folder):
    with pytest.raises(ConnectionError, match=r"404\): x is no letter; get these files .*: letters\.gz$"):
        fetch([FILE], [server.url], folder, progress=False, remarks=lambda: ["x is no letter"])


def test_the_progress_bar_names_the_file_and_can_be_turned_off(server, folder, capsys):
    server.pages["/letters.gz"] = PACKED
    fetch([FILE], [server.url], folder, progress=False)
    assert capsys.readouterr().err == ""
    fetch([FILE], [server.url], folder)
    assert "letters.gz: 100%" in capsys.readouterr().err


def test_load_downloads_what_is_missing_once_into_the_cache(server, tmp_path, monkeypatch):
    one_pixel = bytes([0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 51])
    one_label = bytes([0, 0, 8, 1, 0, 0, 0, 1, 7])
    contents = dict(zip(mnist.FILE_NAMES, [one_pixel, one_label] * 2))
    files = [
        RemoteFile(name, hashlib.sha256(content).hexdigest(), len(content))
        for name, content in contents.items()
    ]
    monkeypatch.delenv("WTA_NP_DATA", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path))
    monkeypatch.setitem(mnist.FILES, "mnist", files)
    monkeypatch.setitem(mnist.MIRRORS, "mnist", [server.url])
    server.pages = {f"/{name}": gzip.compress(content) for name, content in contents.items()}
    for _ in range(2):
        data = load("mnist", progress=False)
        assert data.x_train.ravel().tolist() == [pytest.approx(0.2)]
        assert data.y_test.tolist() == [7]
    assert server.asked == [f"/{name}" for name in mnist.FILE_NAMES]
    assert sorted(os.listdir(tmp_path / "wta_np" / "mnist")) == sorted(mnist.FILE_NAMES)
