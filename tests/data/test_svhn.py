"""SVHN from small files in its own format, and files that are not."""

import hashlib
import struct
import sys
from dataclasses import replace

import numpy as np
import pytest

from wta_np.data import load, svhn
from wta_np.data.mat import read_arrays

savemat = pytest.importorskip("scipy.io").savemat

SIZES = {"train_32x32.mat": 5, "test_32x32.mat": 3, "extra_32x32.mat": 4}


def digits(name):
    """X and y as the file of this name holds them: y from 1 to 10, and 10 in each."""
    rng = np.random.default_rng(SIZES[name])
    y = rng.integers(1, 11, (SIZES[name], 1), dtype=np.uint8)
    y[1] = 10
    return {"X": rng.integers(0, 256, (32, 32, 3, SIZES[name]), dtype=np.uint8), "y": y}


@pytest.fixture
def small(places, monkeypatch):
    """A function that writes files for data_dir, which are then taken for the published ones."""
    monkeypatch.setattr(svhn, "MIRRORS", ())

    def write(folder, names=tuple(SIZES), **changed):
        folder.mkdir(parents=True, exist_ok=True)
        known = {}
        for name in names:
            savemat(folder / name, {**digits(name), **changed}, do_compression=True)
            content = (folder / name).read_bytes()
            known[name] = hashlib.sha256(content).hexdigest(), len(content)
        for data_set, files in svhn.FILES.items():
            now = [
                replace(file, checksum=known[file.name][0], n_bytes=known[file.name][1])
                if file.name in known
                else file
                for file in files
            ]
            monkeypatch.setitem(svhn.FILES, data_set, now)

    return places, write


def refuses(folder, name, message):
    with pytest.raises(ValueError, match=message) as caught:
        load("svhn", folder, progress=False)
    assert str(caught.value).startswith(f"{folder / name}: ")
    assert "\n" not in str(caught.value)


def test_every_pixel_is_in_its_place_and_label_10_is_the_digit_0(small):
    places, write = small
    write(places[0] / "svhn", ["train_32x32.mat", "test_32x32.mat"])
    data = load("svhn", places[0])
    assert data.x_train.shape == (5, 32, 32, 3) and data.x_test.shape == (3, 32, 32, 3)
    assert data.x_train.dtype == np.float32 and data.x_train.flags.c_contiguous
    assert data.y_train.dtype == np.int64
    for x, y, name in [
        (data.x_train, data.y_train, "train_32x32.mat"),
        (data.x_test, data.y_test, "test_32x32.mat"),
    ]:
        raw = digits(name)
        assert y.tolist() == [0 if label == 10 else label for label in raw["y"].ravel().tolist()]
        for row, column, channel, n in [(0, 0, 0, 0), (1, 0, 2, 1), (0, 1, 1, 2), (31, 30, 2, 2)]:
            assert x[n, row, column, channel] == np.float32(raw["X"][row, column, channel, n]) / np.float32(
                255
            )


def test_extra_digits_are_another_name_and_come_behind_the_training_digits(small):
    places, write = small
    write(places[1] / "svhn")
    plain, more = load("svhn"), load("svhn-extra")
    assert len(more.x_train) == 9 and len(plain.x_train) == 5
    assert np.array_equal(more.x_train[:5], plain.x_train)
    assert np.array_equal(more.x_test, plain.x_test)
    assert more.y_train[5:].tolist() == [y % 10 for y in digits("extra_32x32.mat")["y"].ravel().tolist()]


def test_without_the_extra_file_only_the_extra_digits_are_missed(small):
    places, write = small
    write(places[0], ["train_32x32.mat", "test_32x32.mat"])
    assert len(load("svhn", places[0]).x_train) == 5
    with pytest.raises(ConnectionError, match=r"put them into .*svhn: extra_32x32\.mat$"):
        load("svhn-extra", places[0], progress=False)


def test_labels_that_are_doubles_are_read_as_well(small):
    places, write = small
    write(places[0], ["train_32x32.mat"], y=digits("train_32x32.mat")["y"].astype(float))
    assert svhn.read_mat(places[0] / "train_32x32.mat")[1].dtype == np.int64


TRAIN = digits("train_32x32.mat")
BAD = [
    ({"X": TRAIN["X"].astype(float)}, "its X holds float64, expected uint8"),
    ({"X": TRAIN["X"][:31]}, r"its X has shape \(31, 32, 3, 5\), expected \(32, 32, 3, N\)"),
    ({"X": TRAIN["X"][..., 0]}, r"its X has shape \(32, 32, 3\), expected \(32, 32, 3, N\)"),
    ({"X": {"a": 1}}, "its X holds MATLAB structs, cells"),
    ({"y": {"a": 1}}, "its y holds MATLAB structs, cells"),
    ({"y": np.array([[1], "a", 2, 3, 4], object)}, "its y holds MATLAB structs, cells"),
    ({"y": "abcde"}, "its y holds MATLAB structs, cells, objects, text"),
    ({"y": TRAIN["y"][:4]}, r"its y has shape \(4, 1\), expected \(5, 1\) to go with X"),
    ({"y": np.array([[1], [2], [0], [3], [4]])}, "its label 2 is 0, expected 1 to 10"),
    ({"y": np.array([[1], [2], [3], [11], [4]])}, "its label 3 is 11, expected 1 to 10"),
    ({"y": np.array([[1], [2.5], [3], [4], [4]])}, "its label 1 is 2.5, expected 1 to 10"),
    ({"y": np.array([[np.nan], [2], [3], [4], [4]])}, "its label 0 is nan, expected 1 to 10"),
]


@pytest.mark.parametrize(("changed", "message"), BAD)
def test_a_file_that_holds_something_else_is_refused_in_one_sentence(small, changed, message):
    places, write = small
    write(places[0], ["test_32x32.mat"])
    write(places[0], ["train_32x32.mat"], **changed)
    refuses(places[0], "train_32x32.mat", f"{message}.*; move the file away")


def test_a_file_without_labels_is_refused(tmp_path):
    savemat(tmp_path / "x.mat", {"X": TRAIN["X"]})
    with pytest.raises(ValueError, match=r"x\.mat: it lacks y, expected images X and labels y"):
        svhn.read_mat(tmp_path / "x.mat")


def test_a_file_with_another_checksum_is_refused_before_it_is_read(small, monkeypatch):
    places, write = small
    write(places[0])
    path = places[0] / "test_32x32.mat"
    content = bytearray(path.read_bytes())
    content[100] ^= 1
    path.write_bytes(content)
    monkeypatch.setattr(svhn, "read_arrays", None)
    refuses(places[0], path.name, "its SHA256 checksum is .*, expected .*; move the file away")
    path.write_bytes(content[:50])
    refuses(places[0], path.name, f"it holds 50 of {len(content)} bytes, and its SHA256 checksum")


def test_a_file_cut_or_damaged_anywhere_is_no_whole_matlab_file(tmp_path):
    path = tmp_path / "x.mat"
    savemat(path, TRAIN, do_compression=True)
    content = path.read_bytes()
    for length in [0, 3, 100, 130, 200, len(content) // 2, len(content) - 200]:
        path.write_bytes(content[:length])
        with pytest.raises(ValueError, match=r"x\.mat: it (is not a complete MATLAB file|lacks)"):
            svhn.read_mat(path)
    path.write_bytes(b"\x89HDF\r\n\x1a\n" + bytes(600))
    with pytest.raises(ValueError, match=r"x\.mat: it is not a complete MATLAB file of version 5"):
        svhn.read_mat(path)


def test_scipy_is_not_needed_to_read_what_it_wrote(small, monkeypatch):
    places, write = small
    write(places[0])
    for name in [name for name in sys.modules if name.partition(".")[0] == "scipy"]:
        monkeypatch.setitem(sys.modules, name, None)
    assert len(load("svhn", places[0]).x_train) == 5


KINDS = ["u1", "i1", "u2", "i2", "u4", "i4", "u8", "i8", "f4", "f8"]


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("kind", KINDS)
def test_every_type_and_shape_is_read_as_it_was_written(tmp_path, kind, packed):
    rng = np.random.default_rng(0)
    arrays = {
        "other": rng.random((5, 5)),
        "one": np.array([[7]], kind),
        "none": np.zeros((0, 3), kind),
        "deep": rng.integers(0, 100, (3, 2, 4, 5)).astype(kind),
        "text": "abc",
    }
    savemat(tmp_path / "a.mat", arrays, do_compression=packed)
    read = read_arrays(tmp_path / "a.mat", ("one", "none", "deep"))
    for name in ("one", "none", "deep"):
        assert read[name].dtype == np.dtype(kind) and read[name].shape == arrays[name].shape
        assert (read[name] == arrays[name]).all()


def test_whole_numbers_that_matlab_stores_in_fewer_bytes_are_doubles_all_the_same(tmp_path):
    """MATLAB writes a double array of whole numbers as bytes; small elements share the 8 bytes of their tag."""

    def small(kind, content):
        return struct.pack("<HH", kind, len(content)) + content.ljust(4, b"\0")

    def element(kind, content):
        return struct.pack("<II", kind, len(content)) + content + bytes(-len(content) % 8)

    array = element(6, struct.pack("<II", 6, 0)) + element(5, struct.pack("<ii", 3, 1)) + small(1, b"y")
    head = b"MATLAB 5.0 MAT-file".ljust(124) + struct.pack("<H", 0x0100) + b"IM"
    (tmp_path / "a.mat").write_bytes(head + element(14, array + small(2, bytes([1, 2, 10]))))
    y = read_arrays(tmp_path / "a.mat", ["y"])["y"]
    assert y.dtype == np.float64 and y.tolist() == [[1.0], [2.0], [10.0]]


def test_sizes_are_refused_from_the_header_and_no_more_is_unpacked_than_is_asked_for(tmp_path):
    path = tmp_path / "a.mat"
    savemat(path, {"X": np.zeros((32, 32, 3, 1000), np.uint8)}, do_compression=True)
    with pytest.raises(
        ValueError, match=r"its X has shape \(32, 32, 3, 1000\) of uint8, expected at most 100 bytes"
    ):
        read_arrays(path, ["X"], 100)
    assert read_arrays(path, ["y"]) == {}
    with open(path, "r+b") as file:
        file.truncate(8 << 30)
    with pytest.raises(ValueError, match="an element of the type 0"):
        read_arrays(path, ["X", "y"])


def test_a_flipped_bit_in_a_compressed_array_is_noticed(tmp_path):
    path = tmp_path / "a.mat"
    savemat(path, TRAIN, do_compression=True)
    content = path.read_bytes()
    for place in np.random.default_rng(0).integers(200, len(content) - 200, 40):
        damaged = bytearray(content)
        damaged[place] ^= 4
        path.write_bytes(damaged)
        with pytest.raises(ValueError):
            read_arrays(path, ["X", "y"])


def test_the_known_files_are_those_that_were_published():
    lengths = {file.name: file.n_bytes for file in svhn.FILES["svhn-extra"]}
    assert lengths == {
        "train_32x32.mat": 182_040_794,
        "test_32x32.mat": 64_275_384,
        "extra_32x32.mat": 1_329_278_602,
    }
    assert svhn.FILES["svhn-extra"][:2] == svhn.FILES["svhn"]
    assert all(len(file.checksum) == 64 and not file.unpacked for file in svhn.FILES["svhn-extra"])
