"""The form of a data set, a user's own file, and where MNIST's files are looked for."""

import gzip
import hashlib
import os
import pickle
import re
import struct
import zipfile
from pathlib import Path

import numpy as np
import pytest

from wta_np.data import Dataset, load, mnist, read_npz
from wta_np.data.files import RemoteFile

PIXELS = np.linspace(0, 1, 6 * 4 * 5 * 3).reshape(6, 4, 5, 3)


def arrays(**changed):
    """The arrays of a small data set, all as they should be but for those that are changed."""
    good = {
        "x_train": PIXELS[:4],
        "y_train": np.array([0, 1, 2, 1]),
        "x_test": PIXELS[4:],
        "y_test": np.array([1, 0]),
    }
    return {**good, **changed}


@pytest.fixture
def npz(tmp_path):
    """A function that writes arrays to an .npz file and returns its path."""

    def write(**contents):
        path = tmp_path / "own.npz"
        np.savez(path, **contents)
        return path

    return write


def refuses(path, error, message):
    with pytest.raises(error, match=message) as caught:
        load(str(path))
    assert str(caught.value).startswith(f"{path}: ")
    assert "\n" not in str(caught.value)


def with_pixel(value):
    x = PIXELS[:4].copy()
    x[2, 0, 1, 0] = value
    return x


def test_an_own_file_is_loaded_as_float32_and_int64(npz):
    path = npz(**arrays(y_test=np.array([1, 0], np.uint8)))
    data = load(str(path))
    assert data.x_train.dtype == data.x_test.dtype == np.float32
    assert data.y_train.dtype == data.y_test.dtype == np.int64
    assert np.array_equal(data.x_train, PIXELS[:4].astype(np.float32))
    assert data.y_test.tolist() == [1, 0]
    assert data.image_shape == (4, 5, 3)
    assert load(path).image_shape == (4, 5, 3)


def test_images_become_c_contiguous(npz):
    data = read_npz(npz(**arrays(x_train=np.asfortranarray(PIXELS[:4]))))
    assert data.x_train.flags.c_contiguous
    assert np.array_equal(data.x_train, PIXELS[:4].astype(np.float32))


def test_grey_images_get_a_channel_axis_and_flat_ones_stay_flat(npz):
    grey = read_npz(npz(**arrays(x_train=PIXELS[:4, ..., 0], x_test=PIXELS[4:, ..., 0])))
    assert grey.x_train.shape == (4, 4, 5, 1)
    flat = read_npz(npz(**arrays(x_train=PIXELS[:4, 0, :, 0], x_test=PIXELS[4:, 0, :, 0])))
    assert flat.x_train.shape == (4, 5)
    assert flat.image_shape == (5,)


def test_flat_keeps_pixels_in_order_and_labels():
    data = Dataset(**arrays())
    flat = data.flat()
    assert flat.x_test.shape == (2, 4 * 5 * 3)
    assert flat.x_train[1].tolist() == PIXELS[1].ravel().tolist()
    assert np.array_equal(flat.y_train, data.y_train)
    assert flat.flat().x_train.shape == flat.x_train.shape
    assert np.shares_memory(flat.x_train, data.x_train)


def test_the_fields_of_a_dataset_cannot_be_replaced():
    with pytest.raises(AttributeError):
        Dataset(**arrays()).x_train = PIXELS


@pytest.mark.parametrize(
    ("changed", "error", "message"),
    [
        ({"x_train": (PIXELS[:4] * 255).astype(np.uint8)}, TypeError, "x_train holds uint8.*divide by 255"),
        ({"x_test": PIXELS[4:] > 0.5}, TypeError, "x_test holds bool, expected floats"),
        ({"x_test": PIXELS[4:] * 1j}, TypeError, "x_test holds complex128, expected floats"),
        ({"x_train": with_pixel(np.nan)}, ValueError, r"x_train holds 1 .*index \(2, 0, 1, 0\)"),
        ({"x_train": with_pixel(-np.inf)}, ValueError, r"x_train holds 1 .*index \(2, 0, 1, 0\)"),
        ({"x_train": with_pixel(1e300)}, ValueError, r"x_train holds 1 .*infinite"),
        ({"y_train": np.arange(5)}, ValueError, r"y_train has shape \(5,\), expected \(4,\).*x_train"),
        ({"y_test": np.eye(2, dtype=int)}, ValueError, r"y_test has shape \(2, 2\), expected \(2,\)"),
        ({"y_test": np.array([0.0, 1.0])}, TypeError, "y_test holds float64, expected integers"),
        ({"y_test": np.array(["a", "b"])}, TypeError, "y_test holds <U1, expected integers"),
        ({"x_test": PIXELS[4:, :3]}, ValueError, r"x_test .*shape \(3, 5, 3\), expected \(4, 5, 3\)"),
        ({"x_test": PIXELS[4:, 0, :, 0]}, ValueError, r"x_test .*shape \(5,\), expected \(4, 5, 3\)"),
        ({"x_train": PIXELS[None, :4]}, ValueError, r"x_train has shape \(1, 4, 4, 5, 3\), expected"),
        ({"x_train": np.array(0.5)}, ValueError, r"x_train has shape \(\), expected"),
        ({"x_train": PIXELS[:0], "y_train": np.arange(0)}, ValueError, "expected at least one image"),
        ({"x_train": np.array([{}, []], object)}, ValueError, "pickled Python objects"),
    ],
)
def test_an_own_file_with_wrong_arrays_is_refused_in_one_line(npz, changed, error, message):
    refuses(npz(**arrays(**changed)), error, message)


def test_missing_arrays_are_named(npz):
    refuses(
        npz(images=PIXELS, x_test=PIXELS),
        ValueError,
        "lacks x_train, expected x_train and x_test, .*images, x_test",
    )
    refuses(npz(), ValueError, "lacks x_train.*its arrays: none")


@pytest.mark.parametrize(
    "content", [b"", b"not a zip file", b"PK\x03\x04", pickle.dumps([1, 2]), gzip.compress(b"x", mtime=0)]
)
def test_a_file_that_is_no_zip_archive_is_refused(tmp_path, content):
    path = tmp_path / "own.npz"
    path.write_bytes(content)
    refuses(path, ValueError, "not a complete .npz file")


def test_an_own_file_cut_short_anywhere_is_refused(npz):
    path = npz(**arrays())
    whole = path.read_bytes()
    for length in range(0, len(whole), 97):
        path.write_bytes(whole[:length])
        refuses(path, ValueError, "not a complete .npz file|damaged")


def test_an_archive_behind_something_else_is_refused(npz):
    path = npz(**arrays())
    path.write_bytes(b"#!/bin/sh\n" + path.read_bytes())
    refuses(path, ValueError, "not a complete .npz file")


def test_an_own_file_with_a_flipped_byte_is_refused_in_one_line(npz):
    path = npz(**arrays())
    whole = path.read_bytes()
    middle = whole.index(PIXELS[1].tobytes())
    path.write_bytes(whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :])
    refuses(path, ValueError, "damaged")


def test_a_member_that_is_no_array_is_refused(npz):
    path = npz(**{name: array for name, array in arrays().items() if name != "y_test"})
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("y_test.npy", pickle.dumps([1, 0]))
    refuses(path, ValueError, "'y_test' is no NumPy array")


@pytest.mark.parametrize(
    "header",
    [
        "{'descr': '<f8', 'fortran_order': False, 'shape': (36028797018963968,), }",  # 2**58 bytes
        "{'descr': '<f8', 'fortran_order': False, 'shape': (2, ",
        "{'descr': '<f8', 'fortran_order': False, 'shape': (-2,), }",
        "{'descr': '<f8', 'shape': (2,), }",
        "{'descr': '<q9', 'fortran_order': False, 'shape': (2,), }",
    ],
)
def test_an_array_with_an_absurd_header_is_refused_in_one_line(npz, header):
    path = npz(**{name: array for name, array in arrays().items() if name != "y_test"})
    with zipfile.ZipFile(path, "a") as archive:
        length = struct.pack("<H", len(header))
        archive.writestr("y_test.npy", b"\x93NUMPY\x01\x00" + length + header.encode() + bytes(16))
    refuses(path, ValueError, "damaged")


def test_a_missing_own_file_is_an_os_error_that_names_it(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"nowhere\.npz"):
        load(tmp_path / "nowhere.npz")


def test_an_unknown_name_is_refused_with_the_known_ones():
    with pytest.raises(ValueError, match="name is 'minst', expected 'sample', 'mnist', 'fashion-mnist'"):
        load("minst")
    with pytest.raises(TypeError, match="name is 3, expected a string"):
        load(3)


# MNIST's files, in small ------------------------------------------------------------------------------


def idx(array):
    shape = array.shape
    return struct.pack(f">HBB{len(shape)}I", 0, 8, len(shape), *shape) + array.tobytes()


def small_set(seed):
    """Contents of four IDX files by name, in the order of `mnist.FILE_NAMES`."""
    rng = np.random.default_rng(seed)
    shapes = (6, 2, 3), (6,), (4, 2, 3), (4,)
    contents = (idx(rng.integers(0, 256, shape, dtype=np.uint8)) for shape in shapes)
    return dict(zip(mnist.FILE_NAMES, contents))


@pytest.fixture
def roots(tmp_path, monkeypatch):
    """Folders for data_dir, WTA_NP_DATA and the cache, in that order; nothing can be downloaded."""
    monkeypatch.setenv("WTA_NP_DATA", str(tmp_path / "env"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path / "cache"))
    monkeypatch.setattr(mnist, "MIRRORS", {"mnist": (), "fashion-mnist": ()})
    for seed, name in enumerate(["mnist", "fashion-mnist"]):
        known = [
            RemoteFile(file, hashlib.sha256(content).hexdigest(), len(content))
            for file, content in small_set(seed).items()
        ]
        monkeypatch.setitem(mnist.FILES, name, known)
    return tmp_path / "dir", tmp_path / "env", tmp_path / "cache" / "wta_np"


def put(folder, contents, packed=True):
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in contents.items():
        if packed:
            (folder / name).write_bytes(gzip.compress(content))
        else:
            (folder / name.removesuffix(".gz")).write_bytes(content)


@pytest.mark.parametrize("packed", [True, False])
@pytest.mark.parametrize("root", [0, 1, 2])
@pytest.mark.parametrize(("seed", "name"), [(0, "mnist"), (1, "fashion-mnist")])
def test_files_are_found_under_each_root_gzipped_or_not(roots, root, packed, seed, name):
    put(roots[root] / name, small_set(seed), packed)
    data = load(name, data_dir=roots[0])
    raw = small_set(seed)["t10k-images-idx3-ubyte.gz"]
    assert data.x_train.shape == (6, 2, 3, 1)
    assert data.x_test.dtype == np.float32
    assert data.y_test.dtype == np.int64
    assert data.x_test.ravel().tolist() == [np.float32(byte) / np.float32(255) for byte in raw[16:]]


def test_files_directly_in_data_dir_are_found(roots):
    put(roots[0], small_set(0))
    assert load("mnist", data_dir=str(roots[0])).image_shape == (2, 3, 1)


def test_files_directly_in_the_other_roots_are_not_looked_for(roots):
    put(roots[1], small_set(0))
    put(roots[2], small_set(0))
    with pytest.raises(OSError, match="could not be downloaded"):
        load("mnist", progress=False)


def test_data_dir_comes_before_the_environment_and_this_before_the_cache(roots):
    for used, unused in [(roots[1], roots[2]), (roots[0], roots[1])]:
        put(used / "mnist", small_set(0))
        put(unused / "mnist", dict.fromkeys(mnist.FILE_NAMES, b"broken"))
        assert len(load("mnist", data_dir=roots[0]).x_train) == 6


def test_an_empty_environment_variable_means_none_and_not_the_working_folder(roots, tmp_path, monkeypatch):
    monkeypatch.setenv("WTA_NP_DATA", "")
    monkeypatch.chdir(tmp_path)
    put(tmp_path / "mnist", dict.fromkeys(mnist.FILE_NAMES, b"broken"))
    put(roots[2] / "mnist", small_set(0))
    assert len(load("mnist").x_train) == 6


def test_without_network_the_message_names_the_missing_files_and_the_first_root(roots):
    put(roots[2] / "mnist", {name: small_set(0)[name] for name in mnist.FILE_NAMES[:1]})
    with pytest.raises(OSError) as caught:
        load("mnist", data_dir=roots[0])
    message = str(caught.value)
    assert str(roots[0] / "mnist") in message
    assert all(name in message for name in mnist.FILE_NAMES[1:])
    assert mnist.FILE_NAMES[0] not in message


def test_a_file_with_a_wrong_checksum_is_refused_with_both_checksums(roots):
    put(roots[0] / "mnist", small_set(0))
    wrong = small_set(2)["t10k-images-idx3-ubyte.gz"]
    put(roots[0] / "mnist", {"t10k-images-idx3-ubyte.gz": wrong})
    with pytest.raises(ValueError, match="move the file away") as caught:
        load("mnist", data_dir=roots[0])
    for content in (wrong, small_set(0)["t10k-images-idx3-ubyte.gz"]):
        assert hashlib.sha256(content).hexdigest() in str(caught.value)
    assert str(roots[0] / "mnist" / "t10k-images-idx3-ubyte.gz") in str(caught.value)


def test_a_file_cut_short_is_called_so_and_not_a_wrong_checksum(roots):
    put(roots[0] / "mnist", small_set(0))
    path = roots[0] / "mnist" / "train-images-idx3-ubyte.gz"
    path.write_bytes(path.read_bytes()[:-9])
    with pytest.raises(ValueError, match=f"{re.escape(str(path))}.*cut short; move the file away"):
        load("mnist", data_dir=roots[0])


def test_the_known_files_are_those_that_were_published():
    for name in ("mnist", "fashion-mnist"):
        assert [file.name for file in mnist.FILES[name]] == list(mnist.FILE_NAMES)
        assert [file.n_bytes for file in mnist.FILES[name]] == [47040016, 60008, 7840016, 10008]
        assert all(mirror.startswith("https://") and mirror[-1] == "/" for mirror in mnist.MIRRORS[name])


@pytest.mark.skipif(
    not (Path(os.environ.get("WTA_NP_DATA") or "/nowhere") / "mnist").is_dir(),
    reason="needs the real MNIST files in WTA_NP_DATA/mnist",
)
def test_the_real_mnist_loads(monkeypatch):
    monkeypatch.setattr(mnist, "MIRRORS", {"mnist": ()})
    data = load("mnist")
    assert data.x_train.shape == (60_000, 28, 28, 1)
    assert data.x_test.shape == (10_000, 28, 28, 1)
    assert data.y_train[:10].tolist() == [5, 0, 4, 1, 9, 2, 1, 3, 1, 4]
    assert data.x_train.max() == 1.0
    assert data.x_train.min() == 0.0


def test_a_data_set_may_have_no_labels_but_not_half_of_them():
    data = Dataset(PIXELS[:4], None, PIXELS[4:], None)
    assert data.y_train is None and data.flat().y_test is None
    with pytest.raises(ValueError, match="only one of y_train and y_test is None, expected labels for both"):
        Dataset(PIXELS[:4], None, PIXELS[4:], np.array([1, 0]))


# Own files as people have them ------------------------------------------------------------------------


def test_labels_may_be_left_out(npz):
    data = read_npz(npz(x_train=PIXELS[:4], x_test=PIXELS[4:]))
    assert data.y_train is None and data.y_test is None and len(data.x_test) == 2
    refuses(
        npz(x_train=PIXELS[:4], x_test=PIXELS[4:], y_train=np.arange(4)), ValueError, "only one of y_train"
    )


@pytest.mark.parametrize(
    "names",
    [
        ("train_images", "train_labels", "test_images", "test_labels"),
        ("X_train", "Y_train", "X_test", "Y_test"),
        ("trainX", "trainY", "testX", "testY"),
        ("xtrain", "ytrain", "xtest", "ytest"),
        ("images_train", "targets_train", "images_t10k", "targets_t10k"),
        ("train/data", "train/label", "test/data", "test/label"),
    ],
)
def test_other_names_that_say_the_same_are_understood(npz, names):
    data = read_npz(npz(**dict(zip(names, arrays().values())), val_images=PIXELS))
    assert np.array_equal(data.x_test, PIXELS[4:].astype("f4")) and data.y_train.tolist() == [0, 1, 2, 1]


def test_two_names_for_the_same_array_are_both_named(npz):
    refuses(
        npz(**arrays(), train_images=PIXELS),
        ValueError,
        "both 'x_train' and 'train_images', expected one x_train",
    )


def test_bytes_are_divided_by_255_unless_they_are_masks_of_0_and_1(npz):
    x = np.arange(6 * 4 * 5, dtype=np.uint8).reshape(6, 4, 5)
    data = read_npz(npz(x_train=x[:4], x_test=x[4:]))
    assert np.array_equal(data.x_train[..., 0], x[:4].astype("f4") / np.float32(255))
    assert set(np.unique(read_npz(npz(x_train=x[:4] % 2, x_test=x[4:] % 2)).x_train)) == {0.0, 1.0}


@pytest.mark.parametrize(
    ("largest", "words"),
    [
        (255, r"divide by 255$"),
        (1000, "divide by 1023, the largest value of 10 bits"),
        (4095, "divide by 4095, the largest value of 12 bits"),
        (65535, "divide by 65535, the largest value of 16 bits"),
    ],
)
@pytest.mark.parametrize("kind", ["u2", "i8", "f4"])
def test_pixels_of_more_bits_are_refused_with_what_to_divide_by(npz, kind, largest, words):
    x = np.zeros((4, 5, 5, 1), kind)
    x[1, 2, 3] = largest
    with pytest.raises((TypeError, ValueError), match=words):
        read_npz(npz(x_train=x, x_test=x))


def test_labels_in_a_column_are_labels(npz):
    data = read_npz(npz(**arrays(y_train=np.array([[0], [1], [2], [1]]))))
    assert data.y_train.tolist() == [0, 1, 2, 1]


@pytest.mark.parametrize("shape", [(4, 3, 8, 9), (4, 1, 28, 28), (4, 4, 16, 16)])
def test_channels_first_are_refused_with_the_way_to_turn_them(npz, shape):
    x = np.zeros(shape, "f4")
    words = r"looks like \(N, C, H, W\), expected channels last.*use x_train\.transpose\(0, 2, 3, 1\)$"
    refuses(npz(x_train=x, x_test=x), ValueError, words)
    last = x.transpose(0, 2, 3, 1)
    assert read_npz(npz(x_train=last, x_test=last)).image_shape == last.shape[1:]


def test_samples_last_are_refused_with_the_way_to_turn_them(npz):
    x, y = np.zeros((8, 8, 3, 5), "f4"), np.arange(5)
    words = r"\(H, W, C, N\), expected \(N, H, W, C\): use x_train\.transpose\(3, 0, 1, 2\)"
    refuses(npz(x_train=x, y_train=y, x_test=x, y_test=y), ValueError, words)


def test_arrays_of_more_bytes_than_the_limit_are_refused_from_their_headers(npz):
    path = npz(x_train=np.zeros((4, 9), "u1"), x_test=np.zeros((4, 9), "u1"))
    with pytest.raises(ValueError, match="would have as float32 288 bytes, expected at most 100"):
        read_npz(path, max_bytes=100)


def test_the_ending_may_be_in_upper_case_and_the_path_begin_with_a_tilde(npz, monkeypatch, tmp_path):
    path = npz(**arrays()).rename(tmp_path / "own.NPZ")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    assert len(load(path).x_train) == len(load("~/own.NPZ").x_train) == 4


# MNIST as other programs leave it ---------------------------------------------------------------------

LAYOUTS = {
    "dots": lambda name: name.replace("-idx", ".idx"),
    "dots in upper case": lambda name: name.replace("-idx", ".idx").upper(),
    "a folder named like the file": lambda name: f"{name}/{name}",
    "Kaggle's": lambda name: f"{name}/{name.replace('-idx', '.idx')}",
    "torchvision's": lambda name: f"MNIST/raw/{name}",
    "raw": lambda name: f"raw/{name}",
}


@pytest.mark.parametrize("packed", [True, False])
@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)
def test_mnist_is_found_under_the_names_and_folders_that_other_programs_give_it(roots, layout, packed):
    for name, content in small_set(0).items():
        path = roots[0] / (layout(name) if packed else layout(name.removesuffix(".gz")))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(gzip.compress(content) if packed else content)
    assert len(load("mnist", roots[0]).x_train) == 6
    assert not (roots[0] / "mnist").exists()


def test_torchvisions_folder_is_found_under_the_other_roots_too(roots):
    put(roots[1] / "FashionMNIST" / "raw", small_set(1))
    put(roots[2] / "MNIST" / "raw", small_set(0))
    for seed, name in enumerate(("mnist", "fashion-mnist")):
        raw = small_set(seed)["train-labels-idx1-ubyte.gz"]
        assert load(name).y_train.tolist() == list(raw[8:])


@pytest.mark.parametrize(("asked", "there"), [("fashion-mnist", "mnist"), ("mnist", "fashion-mnist")])
def test_a_look_alike_is_known_by_its_checksum_and_no_advice_would_destroy_it(roots, asked, there):
    put(roots[0], small_set(["mnist", "fashion-mnist"].index(there)))
    with pytest.raises(ValueError, match=f"its content is train-images-idx3-ubyte of {there},") as caught:
        load(asked, roots[0])
    text = str(caught.value)
    assert asked in text and not re.search("delete|remove|move", text)
    assert len(load(there, roots[0]).x_train) == 6


def test_images_and_labels_that_were_exchanged_are_known(roots):
    contents = small_set(0)
    names = list(mnist.FILE_NAMES)
    put(roots[0], dict(zip([names[1], names[0], *names[2:]], contents.values())))
    with pytest.raises(
        ValueError, match=r"train-labels-idx1-ubyte of mnist, .* expected train-images-idx3-ubyte"
    ):
        load("mnist", roots[0])


def test_whole_files_of_an_unknown_set_are_left_where_they_are_and_can_be_loaded_by_folder(roots):
    put(roots[0], small_set(7))
    with pytest.raises(
        ValueError, match=rf"name its folder, as --data {re.escape(str(roots[0]))}.*read_idx"
    ) as caught:
        load("mnist", roots[0])
    assert "delete" not in str(caught.value)
    assert len(load(roots[0]).x_train) == 6


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("mnist.npz", "an .npz file: name it itself"),
        ("mnist.pkl.gz", "pickled, which could run code"),
        ("mnist_train.csv", "a table in text"),
        ("archive.zip", "an archive: unpack it"),
        ("training.pt", "pickled"),
        ("qmnist-train-images-idx3-ubyte.gz", "of QMNIST"),
    ],
)
def test_what_lies_there_in_another_format_is_named_when_a_download_fails(roots, name, words):
    roots[0].mkdir()
    (roots[0] / name).write_bytes(b"x")
    with pytest.raises(ConnectionError, match=f"{re.escape(str(roots[0] / name))} is {words}"):
        load("mnist", roots[0], progress=False)
    assert os.listdir(roots[0]) == [name]


def test_pipes_under_a_name_of_mnist_are_not_waited_for(roots):
    if not hasattr(os, "mkfifo"):
        pytest.skip("no pipes here")
    roots[0].mkdir()
    for name in mnist.FILE_NAMES:
        os.mkfifo(roots[0] / name)
    with pytest.raises(ConnectionError, match="could not be downloaded"):
        load("mnist", roots[0], progress=False)
    os.mkfifo(roots[0] / "own.npz")
    with pytest.raises(OSError, match="named pipe, expected a regular file"):
        load(roots[0] / "own.npz")


def test_a_user_without_a_home_folder_has_no_cache_and_is_told_where_downloads_can_go(roots, monkeypatch):
    pwd = pytest.importorskip("pwd")

    def unknown(uid):
        raise KeyError(uid)

    monkeypatch.setattr(pwd, "getpwuid", unknown)
    for name in ("HOME", "XDG_CACHE_HOME", "WTA_NP_DATA"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(OSError, match="no home folder to keep downloads in: name a folder with --data-dir"):
        load("mnist", progress=False)
    monkeypatch.setenv("WTA_NP_DATA", str(roots[1]))
    put(roots[1] / "mnist", small_set(0))
    assert len(load("mnist").x_train) == 6
    monkeypatch.setenv("XDG_CACHE_HOME", "~nosuchuser/.cache")
    assert len(load("mnist").x_train) == 6
    with pytest.raises(ValueError, match="~nosuchuser/data: no user is called 'nosuchuser'"):
        load("mnist", "~nosuchuser/data")
