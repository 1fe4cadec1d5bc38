"""CIFAR-10 from small files in its own format: unpacked, as an archive, broken, and made to do harm."""

import gzip
import hashlib
import io
import os
import re
import tarfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from wta_np.data import cifar10, load
from wta_np.data.archive import read_members

N = 3  # records in each small file
NAMES = [file.name for file in cifar10.BATCHES]


def batch(seed):
    """Bytes of one file with N records."""
    rng = np.random.default_rng(seed)
    pixels = rng.integers(0, 256, (N, 3072), dtype=np.uint8)
    return np.column_stack([rng.integers(0, 10, N, dtype=np.uint8), pixels]).tobytes()


BATCHES = {name: batch(seed) for seed, name in enumerate(NAMES)}


def member(name, content=b"", **attributes):
    info = tarfile.TarInfo(name)
    info.size = len(content)
    for attribute, value in attributes.items():
        setattr(info, attribute, value)
    return info, content


def tar(*members):
    """Bytes of a gzipped archive that is the same every time."""
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w") as archive:
        for info, content in members:
            archive.addfile(info, io.BytesIO(content))
    return gzip.compress(raw.getvalue(), mtime=0)


def members(**changed):
    """The members of an archive as it should be, but for the contents that are changed."""
    contents = {**BATCHES, **changed}
    return [
        member(cifar10.FOLDER, type=tarfile.DIRTYPE),
        member(f"{cifar10.FOLDER}/batches.meta.txt", b"airplane\n"),
        *(member(f"{cifar10.FOLDER}/{name}", content) for name, content in contents.items()),
    ]


PUBLISHED = tar(*members())


@pytest.fixture
def small(places, monkeypatch):
    """The folders of `places`, with small files taken for the published ones; nothing can be downloaded."""
    monkeypatch.setattr(cifar10, "MIRRORS", ())
    files = [
        replace(file, checksum=hashlib.sha256(BATCHES[file.name]).hexdigest(), n_bytes=N * cifar10.RECORD)
        for file in cifar10.BATCHES
    ]
    monkeypatch.setattr(cifar10, "BATCHES", files)
    known = replace(cifar10.ARCHIVE, checksum=hashlib.sha256(PUBLISHED).hexdigest(), n_bytes=len(PUBLISHED))
    monkeypatch.setattr(cifar10, "ARCHIVE", known)
    return places


def put(folder, contents):
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in contents.items():
        (folder / name).write_bytes(content)


def refuses(folder, name, message):
    """`load` fails on this file with one sentence that names it."""
    with pytest.raises(ValueError, match=message) as caught:
        load("cifar10", folder, progress=False)
    assert str(caught.value).startswith(f"{folder / name}: ")
    assert "\n" not in str(caught.value)


def is_right(data):
    assert data.x_train.shape == (5 * N, 32, 32, 3) and data.x_test.shape == (N, 32, 32, 3)
    assert data.x_train.dtype == np.float32 and data.x_train.flags.c_contiguous
    assert data.y_train.dtype == np.int64
    for i, (x, y) in enumerate(zip([*data.x_train, *data.x_test], [*data.y_train, *data.y_test])):
        record = BATCHES[NAMES[i // N]][i % N * 3073 :][:3073]
        assert y == record[0]
        for row, column, channel in [(0, 0, 0), (0, 1, 0), (1, 0, 1), (31, 31, 2), (17, 3, 2)]:
            byte = record[1 + 1024 * channel + 32 * row + column]
            assert x[row, column, channel] == np.float32(byte) / np.float32(255)
    return True


@pytest.mark.parametrize("root", [0, 1, 2])
@pytest.mark.parametrize("layout", ["unpacked", "folder", "archive"])
def test_every_pixel_and_label_is_in_its_place_from_each_root_unpacked_or_not(small, root, layout):
    folder = small[root] / "cifar10"
    put(folder / cifar10.FOLDER if layout == "folder" else folder, {} if layout == "archive" else BATCHES)
    if layout == "archive":
        put(folder, {cifar10.ARCHIVE.name: PUBLISHED})
    assert is_right(load("cifar10", small[0], progress=False))


def test_files_directly_in_data_dir_are_found(small):
    put(small[0] / cifar10.FOLDER, BATCHES)
    assert is_right(load("cifar10", small[0]))
    assert is_right(load("cifar10", small[0] / cifar10.FOLDER))
    put(small[0] / "other", {cifar10.ARCHIVE.name: PUBLISHED})
    assert is_right(load("cifar10", small[0] / "other"))


def test_classes_have_names_that_flat_images_keep(small):
    put(small[0], BATCHES)
    names = load("cifar10", small[0]).flat().class_names
    assert len(names) == 10 and names[0] == "airplane" and names[9] == "truck"


def test_loading_from_the_archive_writes_nothing(small):
    put(small[0], {cifar10.ARCHIVE.name: PUBLISHED})
    load("cifar10", small[0])
    assert os.listdir(small[0]) == [cifar10.ARCHIVE.name]


def test_the_archive_is_downloaded_once_into_the_cache(small, server, monkeypatch):
    monkeypatch.delenv("WTA_NP_DATA")
    monkeypatch.setattr(cifar10, "MIRRORS", (server.url,))
    server.pages = {f"/{cifar10.ARCHIVE.name}": PUBLISHED}
    assert is_right(load("cifar10", progress=False)) and is_right(load("cifar10", progress=False))
    assert server.asked == [f"/{cifar10.ARCHIVE.name}"]
    assert os.listdir(small[2] / "cifar10") == [cifar10.ARCHIVE.name]


def test_an_unpacked_set_that_lacks_a_file_is_not_taken_for_whole(small):
    put(small[0], {name: BATCHES[name] for name in NAMES[1:]})
    with pytest.raises(ConnectionError, match=r"cifar-10-binary\.tar\.gz could not be downloaded"):
        load("cifar10", small[0], progress=False)
    put(small[2] / "cifar10", {cifar10.ARCHIVE.name: PUBLISHED})
    assert is_right(load("cifar10", small[0], progress=False))


@pytest.mark.parametrize("length", [0, 1, 3073, N * 3073 - 1, N * 3073 + 1, (N + 1) * 3073])
def test_a_file_of_another_length_is_refused(small, length):
    put(small[0], BATCHES)
    put(small[0], {NAMES[2]: (BATCHES[NAMES[2]] * 2)[:length]})
    refuses(
        small[0], NAMES[2], f"has {length} bytes, expected 9219: 3 records of 3073 bytes; move the file away"
    )


def test_the_published_files_have_10000_records_each():
    assert [file.n_bytes for file in cifar10.BATCHES] == [30_730_000] * 6
    assert all(re.fullmatch("[0-9a-f]{64}", file.checksum) for file in [cifar10.ARCHIVE, *cifar10.BATCHES])
    assert all(mirror.startswith("https://") and mirror[-1] == "/" for mirror in cifar10.MIRRORS)


def test_a_label_above_9_is_refused_with_its_record(small):
    content = bytearray(BATCHES["test_batch.bin"])
    content[2 * 3073] = 10
    put(small[0], {**BATCHES, "test_batch.bin": bytes(content)})
    refuses(small[0], "test_batch.bin", "its record 2 has the label 10, expected 0 to 9; move the file away")


ESCAPES = ["../evil", "/evil", "cifar-10-batches-bin/../../evil", "C:/evil", "..\\evil", "\\\\host\\evil"]


@pytest.mark.parametrize("name", ESCAPES)
def test_an_archive_with_a_path_outside_its_folder_is_refused(small, name):
    put(small[0], {cifar10.ARCHIVE.name: tar(*members(), member(name, b"!"))})
    refuses(
        small[0], cifar10.ARCHIVE.name, f"member {re.escape(repr(name))} leads out of the archive's folder"
    )


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (tarfile.SYMTYPE, "a link to '/etc/passwd'"),
        (tarfile.LNKTYPE, "a link to '/etc/passwd'"),
        (tarfile.FIFOTYPE, "no regular file"),
        (tarfile.CHRTYPE, "no regular file"),
    ],
)
def test_an_archive_with_a_link_or_a_device_is_refused(small, kind, words):
    link = member(f"{cifar10.FOLDER}/data_batch_1.bin", type=kind, linkname="/etc/passwd")
    put(small[0], {cifar10.ARCHIVE.name: tar(link, *members())})
    refuses(small[0], cifar10.ARCHIVE.name, f"is {words}, expected files and folders only")


def test_an_archive_that_is_not_the_published_one_is_refused_with_both_checksums(small):
    other = tar(*members(**{"test_batch.bin": batch(99)}))
    put(small[0], {cifar10.ARCHIVE.name: other})
    refuses(small[0], cifar10.ARCHIVE.name, hashlib.sha256(other).hexdigest())
    refuses(small[0], cifar10.ARCHIVE.name, cifar10.ARCHIVE.checksum)


def test_an_archive_that_lacks_a_file_or_has_it_twice_or_too_short_is_refused(small):
    last = members()[-1]
    for change, message in [
        (members()[:-1], "it lacks cifar-10-batches-bin/test_batch.bin"),
        ([*members(), last], "it holds cifar-10-batches-bin/test_batch.bin twice"),
        (members(**{"test_batch.bin": bytes(3073)}), "its .*/test_batch.bin has 3073 bytes, expected 9219"),
    ]:
        put(small[0], {cifar10.ARCHIVE.name: tar(*change)})
        refuses(small[0], cifar10.ARCHIVE.name, message)


def test_an_archive_cut_short_anywhere_is_refused(small):
    for length in [*range(0, len(PUBLISHED), 2999), len(PUBLISHED) - 1]:
        put(small[0], {cifar10.ARCHIVE.name: PUBLISHED[:length]})
        refuses(small[0], cifar10.ARCHIVE.name, "cut short|damaged|lacks|it holds .* of .* bytes")


def test_damage_anywhere_in_an_archive_is_refused(small):
    plain = gzip.decompress(PUBLISHED)
    rng = np.random.default_rng(0)
    for i in [*range(0, 1600, 7), *rng.integers(1600, len(plain), 30)]:
        damaged = bytearray(plain)
        damaged[i] ^= 1 << (i % 8)
        put(small[0], {cifar10.ARCHIVE.name: gzip.compress(bytes(damaged), 1)})
        refuses(small[0], cifar10.ARCHIVE.name, "damaged|lacks|member|checksum|bytes|holds")


def test_an_archive_that_unpacks_to_far_more_is_given_up(tmp_path):
    path = tmp_path / "bomb.tar.gz"
    path.write_bytes(tar(member("x", bytes(30_000_000))))
    with pytest.raises(ValueError, match="unpacks to more than it should hold"):
        read_members(path, {"y": 10})


def test_an_archive_of_endless_empty_members_is_given_up(tmp_path):
    path = tmp_path / "many.tar.gz"
    path.write_bytes(tar(*(member("x") for _ in range(1002))))
    with pytest.raises(ValueError, match="more than 1000 members"):
        read_members(path, {"y": 10})


def test_a_sparse_file_of_gigabytes_is_not_read(small):
    put(small[0], BATCHES)
    with open(small[0] / NAMES[0], "r+b") as file:
        file.truncate(8 << 30)
    refuses(small[0], NAMES[0], "has 8589934592 bytes, expected 9219")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        (
            "cifar-10-python.tar.gz",
            "the Python version of CIFAR-10, whose pickled files .*: the binary version",
        ),
        ("cifar-10-batches-py/data_batch_1", "cifar-10-batches-py is the Python version of CIFAR-10"),
        ("data_batch_1", "the Python version of CIFAR-10"),
        ("cifar-10-matlab.tar.gz", "the MATLAB version of CIFAR-10"),
        ("cifar-100-binary.tar.gz", "CIFAR-100, which is another data set"),
    ],
)
def test_another_version_that_is_there_is_named_with_what_is_wanted(small, name, words):
    path = small[0] / name
    path.parent.mkdir(parents=True)
    path.write_bytes(b"x")
    with pytest.raises(ConnectionError, match=f"{words}.*cifar-10-binary.tar.gz$") as caught:
        load("cifar10", small[0], progress=False)
    assert str(small[0]) in str(caught.value) and "\n" not in str(caught.value)
    assert path.read_bytes() == b"x" and not (small[0] / "cifar10").exists()


def test_a_plain_archive_with_dots_before_its_paths_is_read(tmp_path):
    path = tmp_path / "a.tar"
    path.write_bytes(gzip.decompress(tar(member("./y", b"12"), member(".//z/w", b"3"))))
    assert read_members(path, {"y": 2, "z/w": 1}) == {"y": b"12", "z/w": b"3"}


@pytest.mark.skipif(
    not (Path(os.environ.get("WTA_NP_DATA") or "/nowhere") / "cifar10" / cifar10.FOLDER).is_dir(),
    reason="needs the real CIFAR-10 in WTA_NP_DATA/cifar10/cifar-10-batches-bin",
)
def test_the_real_cifar10_has_as_many_images_of_each_class(monkeypatch):
    monkeypatch.setattr(cifar10, "MIRRORS", ())
    data = load("cifar10")
    assert np.bincount(data.y_train).tolist() == [5000] * 10
    assert np.bincount(data.y_test).tolist() == [1000] * 10
    assert data.x_train.shape == (50_000, 32, 32, 3)
