"""Laws of class-balanced subsets, for any labels."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wta_np.data import few_labels


@st.composite
def requests(draw):
    """Labels in any order and a size of subset that they have enough of."""
    classes = draw(st.lists(st.integers(-3, 300), min_size=1, max_size=6, unique=True))
    sizes = draw(st.lists(st.integers(1, 12), min_size=len(classes), max_size=len(classes)))
    y = np.array(draw(st.permutations(np.repeat(classes, sizes).tolist())))
    return y, draw(st.integers(len(classes), len(classes) * min(sizes))), draw(st.integers(0, 2**32))


@given(requests())
def test_indices_are_of_different_samples_and_classes_differ_by_at_most_one(request):
    y, n, seed = request
    some = few_labels(y, n, seed)
    assert some.shape == (n,) and some.dtype == np.int64
    assert len(set(some.tolist())) == n and some.min() >= 0 and some.max() < len(y)
    counts = [(y[some] == label).sum() for label in np.unique(y)]
    assert max(counts) - min(counts) <= 1


@given(requests())
def test_the_same_seed_gives_the_same_subset_and_a_generator_is_as_good_as_its_seed(request):
    y, n, seed = request
    first = few_labels(y, n, seed)
    assert np.array_equal(first, few_labels(y, n, seed))
    assert np.array_equal(first, few_labels(y, n, np.random.default_rng(seed)))


@given(requests())
def test_smaller_subsets_are_the_beginning_of_larger_ones(request):
    y, n, seed = request
    largest = few_labels(y, n, seed)
    for m in range(len(np.unique(y)), n):
        assert np.array_equal(few_labels(y, m, seed), largest[:m])


@given(requests())
def test_classes_need_not_be_numbered_from_0(request):
    y, n, seed = request
    renumbered = np.unique(y, return_inverse=True)[1]
    assert np.array_equal(few_labels(y, n, seed), few_labels(renumbered, n, seed))


def test_every_sample_and_every_class_has_the_same_chance():
    y = np.array([0] * 2 + [1] * 4 + [2] * 6)
    n_draws, rng = 4000, np.random.default_rng(1)
    chosen = np.concatenate([few_labels(y, 4, rng) for _ in range(n_draws)])
    # Each class gives 4/3 on average, each sample of it the same share; five standard deviations or more.
    expected = 4 / 3 / np.array([2, 4, 6])[y]
    assert np.abs(np.bincount(chosen, minlength=12) / n_draws - expected).max() < 0.04


@pytest.mark.parametrize(
    ("y", "n", "error", "message"),
    [
        ([0, 0, 1], 4, ValueError, "n is 4, which takes 2 labels of class 1, but y has only 1 of it"),
        ([0, 1, 2], 2, ValueError, "n is 2, expected at least 3: one label for each class"),
        ([0, 1], 0, ValueError, "n is 0"),
        ([0, 1], 2.0, TypeError, "n is 2.0, expected a whole number"),
        ([0.0, 1.0], 2, TypeError, "y holds float64, expected integers"),
        (np.eye(2, dtype=int), 2, ValueError, r"y has shape \(2, 2\), expected \(N,\)"),
        (np.arange(0), 1, ValueError, r"y has shape \(0,\), expected \(N,\) with at least one label"),
    ],
)
def test_wrong_requests_are_refused_with_what_came_and_what_was_expected(y, n, error, message):
    with pytest.raises(error, match=message):
        few_labels(y, n, 0)
