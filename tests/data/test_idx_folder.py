"""Folders of IDX files in MNIST's form: found by path or by name, EMNIST upright, QMNIST's labels reduced."""

import numpy as np
import pytest

from wta_np.data import load_data, load_idx_folder
from wta_np.data.idx import write_idx

RNG = np.random.default_rng(0)
IMAGES = {
    "train": RNG.integers(0, 256, (5, 6, 6), dtype=np.uint8),
    "test": RNG.integers(0, 256, (3, 6, 6), dtype=np.uint8),
}
LABELS = {"train": np.arange(5, dtype=np.uint8), "test": np.arange(3, dtype=np.uint8)}


def put(folder, prefix="", test="t10k", join="-", end=".gz", labels=LABELS, images=IMAGES, kind="idx1-ubyte"):
    folder.mkdir(parents=True, exist_ok=True)
    for part, name in (("train", "train"), ("test", test)):
        write_idx(folder / f"{prefix}{name}-images{join}idx3-ubyte{end}", images[part])
        write_idx(folder / f"{prefix}{name}-labels{join}{kind}{end}", labels[part])
    return folder


def is_right(data, transposed=False):
    for x, y, part in ((data.x_train, data.y_train, "train"), (data.x_test, data.y_test, "test")):
        expected = IMAGES[part].transpose(0, 2, 1) if transposed else IMAGES[part]
        assert x.dtype == np.float32 and x.flags.c_contiguous
        assert (x[..., 0] == expected.astype("f4") / np.float32(255)).all()
        assert y.dtype == np.int64 and y.tolist() == LABELS[part].tolist()
    return True


@pytest.mark.parametrize("join", ["-", "."])
@pytest.mark.parametrize("end", [".gz", "", ".GZ"])
def test_a_folder_is_loaded_by_its_path(tmp_path, join, end):
    folder = put(tmp_path / "kmnist", join=join, end=end)
    assert is_right(load_data(folder)) and is_right(load_data(str(folder)))


@pytest.mark.parametrize("where", ["kmnist", "KMNIST", "KMNIST/raw", "KMNIST/raw/../raw"])
@pytest.mark.parametrize("root", [0, 1, 2])
def test_a_folder_is_loaded_by_its_name_under_each_root(places, root, where):
    put(places[root] / where)
    assert is_right(load_data("kmnist", places[0]))


def test_images_of_emnist_are_set_upright_by_the_names_of_files_or_folder(tmp_path):
    assert is_right(load_data(put(tmp_path / "a", "emnist-letters-", "test")), transposed=True)
    assert is_right(load_data(put(tmp_path / "EMNIST" / "raw")), transposed=True)
    assert is_right(load_data(tmp_path / "EMNIST"), transposed=True)
    assert is_right(load_data(put(tmp_path / "other")), transposed=False)


def test_of_several_data_sets_in_a_folder_one_is_named(places):
    folder = put(places[0] / "EMNIST" / "raw", "emnist-letters-", "test")
    put(folder, "emnist-digits-", "test", labels={part: y[::-1] for part, y in LABELS.items()})
    assert is_right(load_data("emnist-letters", places[0]), transposed=True)
    assert load_data("emnist-digits", places[0]).y_test.tolist() == [2, 1, 0]
    with pytest.raises(
        ValueError, match="several data sets: name one of emnist-digits, emnist-letters, with --data-dir"
    ):
        load_data(folder)


def test_the_first_column_of_the_labels_of_qmnist_is_the_class(tmp_path):
    wide = {part: np.column_stack([y, *[y + 100] * 7]).astype(np.int32) for part, y in LABELS.items()}
    assert is_right(load_data(put(tmp_path / "qmnist", "qmnist-", "test", labels=wide, kind="idx2-int")))


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        (
            {"images": {"train": IMAGES["train"], "test": IMAGES["test"].astype(np.int32)}},
            "test images are int32, expected uint8",
        ),
        (
            {"images": {"train": IMAGES["train"][0], "test": IMAGES["test"]}},
            r"train images are uint8 of shape \(6, 6\)",
        ),
        (
            {"labels": {"train": LABELS["train"][:2], "test": LABELS["test"]}},
            r"y_train has shape \(2,\), expected \(5,\)",
        ),
        (
            {"labels": {"train": LABELS["train"].astype("f4"), "test": LABELS["test"]}},
            "train labels are float32",
        ),
    ],
)
def test_files_that_do_not_belong_together_are_refused_in_one_sentence(tmp_path, changed, words):
    folder = put(tmp_path / "x", **changed)
    with pytest.raises((ValueError, TypeError), match=words) as caught:
        load_data(folder)
    assert str(folder) in str(caught.value) and "\n" not in str(caught.value)


def test_a_missing_file_and_too_large_images_are_named(tmp_path):
    folder = put(tmp_path / "x")
    with pytest.raises(ValueError, match="would have 1152 bytes as float32, expected at most 1000"):
        load_idx_folder(folder, max_bytes=1000)
    (folder / "t10k-labels-idx1-ubyte.gz").unlink()
    with pytest.raises(ValueError, match="x: it lacks the IDX files of test labels"):
        load_data(folder)
    (tmp_path / "empty").mkdir()
    with pytest.raises(ValueError, match=r"expected 'sample', .* or a folder of IDX files"):
        load_data(tmp_path / "empty")
