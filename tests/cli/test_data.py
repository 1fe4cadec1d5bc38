"""``wta-np data``: what it lists, fetches and checks, and one line where something is wrong."""

import gzip
import hashlib
import re
import shutil

import numpy as np
import pytest

from wta_np.cli import main
from wta_np.data import cifar10, load, mnist, sample, svhn
from wta_np.data.files import RemoteFile
from wta_np.data.sources import SOURCES

IDX = {
    "images": bytes([0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 51]),
    "labels": b"\0\0\x08\x01\0\0\0\1\7",
}
CONTENTS = {name: IDX["images" if "images" in name else "labels"] for name in mnist.FILE_NAMES}


@pytest.fixture
def places(tmp_path, monkeypatch):
    """data_dir and the cache, both empty; MNIST is one pixel, and nothing can be downloaded."""
    monkeypatch.delenv("WTA_NP_DATA", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path / "cache"))
    known = [
        RemoteFile(name, hashlib.sha256(content).hexdigest(), len(content))
        for name, content in CONTENTS.items()
    ]
    monkeypatch.setitem(mnist.FILES, "mnist", known)
    monkeypatch.setattr(mnist, "MIRRORS", {"mnist": (), "fashion-mnist": ()})
    monkeypatch.setattr(cifar10, "MIRRORS", ())
    monkeypatch.setattr(svhn, "MIRRORS", ())
    return tmp_path / "dir", tmp_path / "cache" / "wta_np"


def put(folder, names=mnist.FILE_NAMES):
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        (folder / name).write_bytes(gzip.compress(CONTENTS[name]))


def listed(capsys, *options):
    """The rows of ``wta-np data list`` by name, split at two or more spaces."""
    assert main(["data", "list", *map(str, options)]) == 0
    head, *rows = capsys.readouterr().out.splitlines()
    assert head.split() == ["name", "images", "state", "size", "where"]
    return {row.split()[0]: re.split(r"\s{2,}", row)[1:] for row in rows}


def fails(capsys, arguments, words):
    """The command ends with status 2 and one line; returns what it printed before."""
    assert main(["data", *map(str, arguments)]) == 2
    out, err = capsys.readouterr()
    (line,) = err.splitlines()
    assert line.startswith("wta-np: error: ") and re.search(words, line), line
    return out


def test_the_list_has_every_data_set_and_on_a_new_machine_only_the_sample_is_there(places, capsys):
    rows = listed(capsys)
    assert list(rows) == list(SOURCES)
    assert [name for name, source in SOURCES.items() if source.find is None] == ["dead-leaves"]
    assert rows["sample"][:2] == ["10,000 + 2,000", "in the package"]
    assert rows["dead-leaves"][1:] == ["drawn when asked for"]
    assert all(row[1:] == ["not here"] for name, row in rows.items() if name not in ("sample", "dead-leaves"))


@pytest.mark.parametrize("action", ["fetch", "check"])
def test_dead_leaves_have_no_files_to_fetch_or_check(action, places, capsys):
    fails(capsys, [action, "dead-leaves"], "dead-leaves has no files: it is drawn when asked for")


def n_images(name):
    return SOURCES[name].n_images


def test_numbers_of_images_are_those_of_the_files():
    data = load("sample")
    assert n_images("sample") == (len(data.x_train), len(data.x_test))
    assert n_images("mnist") == tuple(n - 8 for n in mnist.N_BYTES[1::2])
    *train, test = (file.n_bytes // cifar10.RECORD for file in cifar10.BATCHES)
    assert n_images("cifar10") == (sum(train), test)


def test_the_list_tells_where_a_set_is_and_what_is_missing_or_of_wrong_length(places, capsys):
    put(places[1] / "mnist")
    n_bytes = sum(path.stat().st_size for path in (places[1] / "mnist").iterdir())
    state = ["whole", f"{n_bytes / 1e6:.1f} MB", str(places[1] / "mnist")]
    assert listed(capsys)["mnist"][1:] == state
    assert listed(capsys, "--data-dir", places[0])["mnist"][1:] == state

    one, *rest = mnist.FILE_NAMES
    (places[1] / "mnist" / one).unlink()
    (places[1] / "mnist" / rest[0]).write_bytes(gzip.compress(b"short"))
    row = listed(capsys)["mnist"]
    assert row[1] == "incomplete"
    assert f"{one} is missing" in row[3] and f"{rest[0]} has a wrong length" in row[3]


@pytest.mark.parametrize("content", [b"", b"\x1f\x8b", b"\x1f\x8b\0", gzip.compress(b"12345", mtime=0)[:-1]])
def test_a_glance_at_a_file_cut_short_is_enough(tmp_path, content):
    (tmp_path / "f.gz").write_bytes(content)
    file = RemoteFile("f.gz", "0", 5)
    assert not file.has_length(tmp_path / "f.gz")
    for whole in (b"12345", gzip.compress(b"12345")):
        (tmp_path / "f.gz").write_bytes(whole)
        assert file.has_length(tmp_path / "f.gz")


def test_unpacked_files_and_the_archive_of_cifar10_are_listed_by_their_lengths(places, capsys, monkeypatch):
    small = [RemoteFile(file.name, "0", 3073, unpacked=False) for file in cifar10.BATCHES]
    monkeypatch.setattr(cifar10, "BATCHES", small)
    folder = places[0] / cifar10.FOLDER
    folder.mkdir(parents=True)
    for file in small[:-1]:
        (folder / file.name).write_bytes(bytes(3073))
    row = listed(capsys, "--data-dir", places[0])["cifar10"]
    assert row[1] == "incomplete" and row[3] == f"{folder}; test_batch.bin is missing"
    (folder / "test_batch.bin").write_bytes(bytes(3073))
    assert listed(capsys, "--data-dir", places[0])["cifar10"][1:] == ["whole", "0.0 MB", str(folder)]


def test_check_says_of_every_file_that_it_is_whole(places, capsys):
    put(places[0] / "mnist")
    assert main(["data", "check", "mnist", "--data-dir", str(places[0])]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines == [f"{places[0] / 'mnist' / name}: whole" for name in mnist.FILE_NAMES]
    assert main(["data", "check", "sample"]) == 0


def test_check_names_the_damaged_and_the_missing_file_and_no_other(places, capsys):
    put(places[0], mnist.FILE_NAMES[1:])
    (places[0] / mnist.FILE_NAMES[3]).write_bytes(gzip.compress(CONTENTS[mnist.FILE_NAMES[3]][:-1] + b"\3"))
    first, damaged = mnist.FILE_NAMES[0], places[0] / mnist.FILE_NAMES[3]
    message = re.escape(f"mnist is not whole, see above: {first}, {damaged}") + "$"
    lines = fails(capsys, ["check", "mnist", "--data-dir", places[0]], message).splitlines()
    assert lines[0] == f"{first}: missing"
    assert lines[1].endswith("whole") and lines[2].endswith("whole")
    assert re.match(
        rf"{re.escape(str(damaged))}: its SHA256 checksum is .*, expected .*; it is a whole IDX file",
        lines[3],
    )


def test_a_damaged_sample_is_found(places, capsys, monkeypatch, tmp_path):
    shutil.copytree(sample.FOLDER, tmp_path / "digits")
    monkeypatch.setattr(sample, "FOLDER", tmp_path / "digits")
    (tmp_path / "digits" / mnist.FILE_NAMES[0]).write_bytes(b"\0\0\x08\x01\0\0\0\1\7")
    fails(capsys, ["check", "sample"], "sample is not whole")


def test_pixels_prepared_in_another_way_can_be_loaded_but_check_tells(places, capsys, monkeypatch):
    small = [RemoteFile(file.name, "0", 3073, unpacked=False) for file in cifar10.BATCHES]
    monkeypatch.setattr(cifar10, "BATCHES", small)
    places[0].mkdir()
    for file in small:
        (places[0] / file.name).write_bytes(bytes(3073))
    assert main(["data", "check", "cifar10", "--data-dir", str(places[0])]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 6 and all("not the published file: another checksum" in line for line in lines)
    assert load("cifar10", places[0]).x_train.shape == (5, 32, 32, 3)
    (places[0] / "test_batch.bin").write_bytes(b"\x0a" + bytes(3072))
    out = fails(
        capsys, ["check", "cifar10", "--data-dir", places[0]], r"not whole, see above: \S*test_batch\.bin$"
    )
    assert "test_batch.bin: its record 0 has the label 10" in out


def test_what_is_not_here_is_told_with_the_command_that_gets_it(places, capsys):
    fails(capsys, ["check", "cifar10"], "cifar10 is not here: wta-np data fetch cifar10$")


@pytest.mark.parametrize("name", [name for name, source in SOURCES.items() if not source.origin])
def test_fetch_without_network_gets_one_line_with_the_folder_and_the_files(name, places, capsys):
    words = f"could not be downloaded .* put them into {re.escape(str(places[0]))}"
    fails(capsys, ["fetch", name, "--data-dir", places[0]], words)


def test_fetch_into_what_is_no_folder_gets_one_line(places, capsys, monkeypatch):
    monkeypatch.setitem(mnist.MIRRORS, "mnist", ("http://127.0.0.1:9/",))
    places[0].write_text("a file")
    fails(
        capsys,
        ["fetch", "mnist", "--data-dir", places[0]],
        "cannot be written to: (Not a directory|File exists)",
    )


def test_fetch_gets_only_what_is_missing_and_checks_all(places, capsys, monkeypatch):
    put(places[0] / "mnist", mnist.FILE_NAMES[:3])
    asked = []

    def fetch(files, mirrors, folder, progress, remarks):
        asked.extend(file.name for file in files)
        put(folder, asked)

    monkeypatch.setattr("wta_np.data.download.fetch", fetch)
    for _ in range(2):
        assert main(["data", "fetch", "mnist", "--data-dir", str(places[0])]) == 0
        assert capsys.readouterr().out.count(": whole\n") == 4
    assert asked == [mnist.FILE_NAMES[3]]
    assert main(["data", "fetch", "sample"]) == 0
    assert np.array_equal(load("mnist", places[0]).y_test, [7])


@pytest.mark.parametrize("action", ["fetch", "check"])
def test_an_unknown_name_gets_one_line_with_the_known_ones(action, places, capsys):
    fails(
        capsys,
        [action, "imagenet"],
        "name is 'imagenet', expected 'sample', 'mnist', 'fashion-mnist', 'cifar10'",
    )


@pytest.mark.parametrize("arguments", [["data"], ["data", "list"], ["data", "fetch"], ["data", "check"]])
def test_help_teaches(arguments, capsys):
    with pytest.raises(SystemExit) as done:
        main([*arguments, "--help"])
    text = capsys.readouterr().out
    assert done.value.code == 0 and "usage: wta-np data" in text
    assert ("--data-dir" in text) and (len(arguments) > 1 or "WTA_NP_DATA" in text)
