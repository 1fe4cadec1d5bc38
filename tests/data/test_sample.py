"""The digits inside the package: whole, real, and those that the script draws."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import wta_np.data
from wta_np.data import load, make_sample, read_idx
from wta_np.data.files import data_folders, find_file
from wta_np.data.idx import write_idx
from wta_np.data.mnist import FILE_NAMES

FOLDER = Path(wta_np.data.__file__).parent / "digits"


@pytest.fixture(scope="module")
def sample():
    return load("sample")


def test_the_sample_has_the_form_of_every_data_set(sample):
    for x, y, n in [(sample.x_train, sample.y_train, 10_000), (sample.x_test, sample.y_test, 2_000)]:
        assert x.shape == (n, 28, 28, 1)
        assert x.dtype == np.float32
        assert x.flags.c_contiguous
        assert x.min() == 0.0
        assert x.max() == 1.0
        assert y.shape == (n,)
        assert y.dtype == np.int64
        assert set(y.tolist()) == set(range(10))


def test_classes_are_about_as_frequent_as_in_mnist(sample):
    # MNIST has 5,421 to 6,742 of 60,000 in a class; a draw of 10,000 strays from that by few per cent.
    frequency = np.bincount(sample.y_train) / len(sample.y_train)
    assert frequency.min() > 0.08
    assert frequency.max() < 0.125


def test_a_nearest_class_mean_tells_the_digits_so_labels_belong_to_their_images(sample):
    data = sample.flat()
    means = np.stack([data.x_train[data.y_train == digit].mean(axis=0) for digit in range(10)])
    distance = (means**2).sum(axis=1) - 2 * data.x_test @ means.T  # (N, 10), up to a term of the image alone
    assert (distance.argmin(axis=1) == data.y_test).mean() > 0.78


def test_no_image_is_there_twice(sample):
    images = np.concatenate([sample.flat().x_train, sample.flat().x_test])
    assert len({image.tobytes() for image in images}) == len(images)


def test_the_sample_is_small_and_says_where_it_comes_from():
    assert sum(path.stat().st_size for path in FOLDER.iterdir()) < 2_500_000
    readme = (FOLDER / "README.md").read_text(encoding="utf-8")
    for part in ("LeCun", "Cortes", "Burges", "yann.lecun.com", "creativecommons.org/licenses/by-sa/3.0"):
        assert part in readme


def test_loading_it_needs_neither_network_nor_the_folder_where_one_stands(tmp_path):
    program = (
        "import socket; socket.socket.__init__ = None; "
        "from wta_np.data import load; print(load('sample').x_test.shape)"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True)
    assert done.stdout == "(2000, 28, 28, 1)\n", done.stderr


def test_the_draw_is_without_replacement_and_the_same_every_time():
    numbers = np.arange(60_000), np.arange(60_000), np.arange(10_000), np.arange(10_000)
    first, second = make_sample.draw_sample(*numbers), make_sample.draw_sample(*numbers)
    for a, b in zip(first, second):
        assert np.array_equal(a, b)
    assert [len(np.unique(part)) for part in first] == [10_000, 10_000, 2_000, 2_000]
    assert np.array_equal(first[0], first[1])
    assert np.array_equal(first[2], first[3])


def test_a_missing_source_is_told_in_one_line(tmp_path, capsys):
    path = tmp_path / "mnist" / FILE_NAMES[0]
    path.parent.mkdir()
    for name in FILE_NAMES:
        write_idx(path.with_name(name), np.zeros((1, 1, 1), np.uint8))
    with pytest.raises(SystemExit) as caught:
        make_sample.main(["--data-dir", str(tmp_path), "--out", str(tmp_path / "out")])
    assert caught.value.code == 2
    assert str(path) in capsys.readouterr().err


def test_the_committed_files_are_what_the_script_draws_from_mnist(tmp_path):
    if any(find_file(name, data_folders("mnist")) is None for name in FILE_NAMES):
        pytest.skip("needs the real MNIST files, in the subfolder mnist of WTA_NP_DATA or of the cache")
    make_sample.main(["--out", str(tmp_path)])
    for name in FILE_NAMES:
        assert np.array_equal(read_idx(tmp_path / name), read_idx(FOLDER / name))
