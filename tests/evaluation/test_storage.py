"""Features in a file: the same results as in memory, bit for bit, and never more than a block of rows of them in it."""

import errno
import tracemalloc

import numpy
import pytest

from wta_np.evaluation import LinearSVM, choose_C, encode_batches, evaluate_features, storage
from wta_np.evaluation.storage import Rows, empty_features, memory_bytes, row_slices, take_rows

RNG = numpy.random.default_rng(0)
N, D = 3000, 400  # 4.8 MB of float32
BLOCK = 2**18
Y = RNG.integers(0, 4, N)
X = (RNG.standard_normal((N, D)) + 0.4 * RNG.standard_normal((4, D))[Y]).astype("f4")


class Counted(numpy.memmap):
    """Counts the bytes of what is read of it, in `reads`."""

    reads: list = []

    def __getitem__(self, rows):
        part = super().__getitem__(rows)
        if getattr(part, "ndim", 0) == 2:
            Counted.reads.append(part.nbytes)
        return part


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch):
    monkeypatch.setattr("wta_np.evaluation.newton.BLOCK_BYTES", BLOCK)
    monkeypatch.setattr(storage, "BLOCK_BYTES", BLOCK)
    monkeypatch.setattr("wta_np._utils.validation.PART", BLOCK // 4)


def in_file(x):
    z = empty_features(x.shape, x.dtype, 0)
    z[:] = x
    Counted.reads.clear()
    return z.view(Counted)


def same(one, other):
    assert numpy.array_equal(one.coef_, other.coef_) and numpy.array_equal(one.intercept_, other.intercept_)


def test_an_svm_on_features_in_a_file_is_that_in_memory():
    z = in_file(X)
    for C in (1e-5, 1e-4):
        same(LinearSVM(C).fit(z, Y), LinearSVM(C).fit(X, Y))
    assert len(Counted.reads) > 20 and max(Counted.reads) <= BLOCK


def test_samples_outside_of_all_margins_are_left_out_without_a_copy(monkeypatch):
    taken = []
    monkeypatch.setattr(
        "wta_np.evaluation.newton.take_rows", lambda x, i: taken.append(len(i)) or take_rows(x, i)
    )
    z = in_file(X)
    same(LinearSVM(1e-3).fit(z, Y), LinearSVM(1e-3).fit(X, Y))
    assert taken and min(taken) < 0.75 * N and max(Counted.reads) <= BLOCK


def test_the_choice_of_C_and_the_test_error_are_those_in_memory():
    few = [1e-5, 1e-4]
    for unit_scale in (False, True):
        options = {"Cs": few, "unit_scale": unit_scale}
        one = evaluate_features(in_file(X), Y, in_file(X[:500]), Y[:500], **options)
        other = evaluate_features(X, Y, X[:500], Y[:500], **options)
        assert (one.C, one.choice.table, one.test_error_percent) == (
            other.C,
            other.choice.table,
            other.test_error_percent,
        )
        same(one.svm, other.svm)
        assert max(Counted.reads) <= BLOCK


def test_choosing_and_fitting_take_little_memory_beside_the_file():
    """NumPy reports what it allocates; pages of the file are not among it."""
    peaks = []
    for x in (in_file(X), X):
        tracemalloc.start()
        choice = choose_C(x, Y, [1e-5, 1e-4])
        LinearSVM(choice.C).fit(x, Y)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert (
        peaks[0] < 0.5 * X.nbytes < X.nbytes < peaks[1]
    )  # the first: two blocks, and numbers for each sample


def test_codes_that_exceed_a_share_of_the_memory_are_in_a_file(monkeypatch):
    monkeypatch.setattr(storage, "memory_bytes", lambda: 4 * X.nbytes - 4)
    z = encode_batches(lambda x: x * 2, X, 700)
    assert isinstance(z, numpy.memmap) and numpy.array_equal(z, 2 * X)
    monkeypatch.setattr(storage, "memory_bytes", lambda: 4 * X.nbytes)
    assert type(encode_batches(lambda x: x * 2, X, 700)) is numpy.ndarray
    monkeypatch.setattr(storage, "memory_bytes", lambda: 0)  # unknown
    assert type(encode_batches(lambda x: x * 2, X, 700)) is numpy.ndarray


def test_the_limit_can_be_given():
    assert isinstance(encode_batches(lambda x: x, X[:10], max_bytes=0), numpy.memmap)
    assert type(encode_batches(lambda x: x, X[:10], max_bytes=10**6)) is numpy.ndarray
    with pytest.raises(ValueError, match="max_bytes is -1, expected at least 0"):
        encode_batches(lambda x: x, X[:10], max_bytes=-1)


def test_the_file_has_no_name_that_could_stay_behind(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    z = empty_features((5, 3), "f4", 0)
    z[:] = 7
    assert z.sum() == 105 and not list(tmp_path.iterdir())


def test_a_full_disk_gets_one_sentence(monkeypatch):
    def full(*arguments):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("os.posix_fallocate", full, raising=False)
    with pytest.raises(OSError, match=r"has not the 0\.0 GB that features of shape \(5, 3\) need: .*TMPDIR"):
        empty_features((5, 3), "f4", 0)


def test_values_that_are_not_finite_are_found_in_a_file(monkeypatch):
    z = in_file(X)
    z[2999, 7] = numpy.nan
    with pytest.raises(
        ValueError, match=r"x holds 1 values that are NaN or infinite, the first at index \(2999, 7\)"
    ):
        LinearSVM(1e-3).fit(z, Y)


def test_the_memory_is_that_of_the_machine_or_the_part_that_the_process_may_have(tmp_path, monkeypatch):
    monkeypatch.setattr(storage, "CGROUP", str(tmp_path / "none"))
    whole = memory_bytes()
    assert whole > 2**27
    for text, expected in (("max\n", whole), ("1000000\n", 1_000_000)):
        (tmp_path / "limit").write_text(text)
        monkeypatch.setattr(storage, "CGROUP", str(tmp_path / "limit"))
        assert memory_bytes() == expected


def test_rows_of_rows_are_those_of_the_whole():
    z = in_file(X).view(numpy.memmap)
    some = take_rows(z, numpy.arange(100, 200))
    again = take_rows(some, numpy.array([3, 50]))
    assert isinstance(again, Rows) and again.shape == (2, D) and len(again) == 2
    assert numpy.array_equal(again[0:2], X[[103, 150]]) and type(again[0:2]) is numpy.ndarray
    assert type(take_rows(X, numpy.array([1]))) is numpy.ndarray


def test_slices_cover_all_rows_once_also_where_a_row_is_larger_than_a_block():
    for n_bytes in (1, 5 * 4 * D, BLOCK):
        covered = numpy.concatenate([numpy.arange(N)[rows] for rows in row_slices(X, n_bytes)])
        assert numpy.array_equal(covered, numpy.arange(N))
    assert list(row_slices(X[:0])) == []


def test_an_array_on_a_device_is_one_slice_where_only_time_counts():
    class OnDevice:
        shape, itemsize = X.shape, 4

        def __len__(self):
            return N

    assert list(row_slices(OnDevice(), BLOCK, at_once=True)) == [slice(0, N)]
    assert len(list(row_slices(OnDevice(), BLOCK))) == len(list(row_slices(X, BLOCK, at_once=True))) > 10
