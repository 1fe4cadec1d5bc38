"""Argument checks: what passes, and the sentence for what does not."""

import numpy as np
import pytest

from wta_np._utils.validation import check_arrays, check_finite, check_int, check_number, check_same_shape

A = np.zeros((4, 3))


@pytest.mark.parametrize(
    ("shape", "axes"), [((4, 3), "N D"), ((4, 3), "4 D"), ((4,), "N ..."), ((4, 3, 2), "N ...")]
)
def test_fitting_axes_pass(shape, axes):
    assert check_arrays(a=(np.zeros(shape), axes)) is np


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: check_arrays(a=(A, "N")), ValueError, r"a has shape \(4, 3\), expected \(N,\)$"),
        (lambda: check_arrays(a=(A, "5 D")), ValueError, r"a has shape \(4, 3\), expected \(5, D\)"),
        (lambda: check_arrays(a=(A, "N N")), ValueError, r"expected \(N, N\)"),
        (lambda: check_arrays(a=(A[0, 0:0].sum() + A[:0], "N D M")), ValueError, r"\(0, 3\)"),
        (
            lambda: check_arrays(a=(A, "N D"), b=(A, "D M")),
            ValueError,
            r"b has .* expected \(D, M\) with D=3",
        ),
        (lambda: check_arrays(a=(np.zeros(()), "N ...")), ValueError, r"a has shape \(\)"),
        (lambda: check_arrays(a=(A > 0, "N D")), TypeError, "a holds bool, expected floats"),
        (lambda: check_same_shape(a=A, b=A.T), ValueError, r"b has shape \(3, 4\), expected \(4, 3\) like a"),
        (lambda: check_int("n", 1.0, 0), TypeError, "n is 1.0, expected a whole number"),
        (lambda: check_int("n", 5, 1, 4), ValueError, "n is 5, expected between 1 and 4"),
        (lambda: check_number("r", None, 0), TypeError, "r is None, expected a number"),
        (lambda: check_number("r", True, 0), TypeError, "r is True, expected a number"),
        (lambda: check_number("r", "0.5", 0), TypeError, "r is '0.5', expected a number"),
        (lambda: check_number("r", 2, 0, 1), ValueError, r"r is 2, expected a number in \[0, 1\]"),
        (lambda: check_number("r", 0, 0, above=True), ValueError, "r is 0, expected a number above 0"),
        (
            lambda: check_finite("a", np.array([[0, 1], [np.inf, np.nan]])),
            ValueError,
            r"a holds 2 .* index \(1, 0\)",
        ),
    ],
)
def test_what_does_not_fit_is_named(call, error, words):
    with pytest.raises(error, match=words):
        call()


def test_numpy_integers_are_whole_numbers():
    assert check_int("n", np.int64(3), 1) == 3 and type(check_int("n", np.int64(3), 1)) is int


def test_finite_arrays_pass(place):
    check_finite("a", place(A))
