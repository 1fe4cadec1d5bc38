"""Features and the SVM that judges them, with the samples split over ranks."""

import numpy as np
import pytest

from wta_np import LinearSVM
from wta_np.distributed import SharedError, part_slice, run_ranks
from wta_np.evaluation import choose_C, encode_batches, encode_part, evaluate_features

RNG = np.random.default_rng(0)
Y = np.repeat(["eight", "six", "seven"], [25, 31, 35])
X = RNG.standard_normal((91, 12)) + 1.5 * np.eye(3, 12)[np.unique(Y, return_inverse=True)[1]]
ORDER = RNG.permutation(91)
X, Y = X[ORDER], Y[ORDER]


def own(ranks, *arrays):
    return [a[part_slice(len(a), ranks)] for a in arrays]


@pytest.mark.parametrize("size", [2, 3])
@pytest.mark.parametrize("C", [0.01, 1.0])
def test_an_svm_of_several_ranks_has_the_weights_of_one(size, C):
    alone = LinearSVM(C, tol=1e-10).fit(X, Y)
    svms = run_ranks(size, lambda ranks: LinearSVM(C, tol=1e-10).fit(*own(ranks, X, Y), ranks=ranks))
    for svm in svms:
        assert svm.classes_.tolist() == ["eight", "seven", "six"]
        np.testing.assert_allclose(svm.coef_, alone.coef_, rtol=1e-6, atol=1e-9)
        np.testing.assert_allclose(svm.intercept_, alone.intercept_, rtol=1e-6, atol=1e-9)
        np.testing.assert_array_equal(svm.coef_, svms[0].coef_)


def test_two_classes_and_float32_and_a_rank_without_samples():
    x, y = X.astype("f4"), (Y == "six").astype(int)
    alone = LinearSVM(0.1, tol=1e-8).fit(x, y)

    def work(ranks):
        parts = [slice(0, 40), slice(40, 40), slice(40, None)]
        part = parts[ranks.rank]
        return LinearSVM(0.1, tol=1e-8).fit(x[part], y[part], ranks=ranks)

    for svm in run_ranks(3, work):
        assert svm.coef_.dtype == "float32" and svm.coef_.shape == (1, 12)
        np.testing.assert_allclose(svm.coef_, alone.coef_, rtol=1e-3, atol=1e-5)


@pytest.mark.parametrize("unit_scale", [False, True])
def test_ranks_choose_the_same_C_on_the_same_held_out_samples(unit_scale):
    x, y, test, y_test = X[:61], Y[:61], X[61:], Y[61:]
    alone = evaluate_features(x, y, test, y_test, unit_scale=unit_scale)
    found = run_ranks(
        3,
        lambda ranks: evaluate_features(*own(ranks, x, y, test, y_test), unit_scale=unit_scale, ranks=ranks),
    )
    for result in found:
        assert abs(result.C / alone.C - 1) < 1e-12
        assert result.test_error == pytest.approx(alone.test_error, abs=1e-9)
        np.testing.assert_allclose(result.choice.table, alone.choice.table, rtol=1e-9)


def test_a_product_with_the_hessian_sends_K_times_D_plus_2_numbers_once():
    def work(ranks):
        before = LinearSVM(1.0).fit(*own(ranks, X, Y), ranks=ranks)
        return before, ranks.traffic["sum"]

    (svm, traffic), _ = run_ranks(2, work)
    K, D = 3, 12
    steps = svm.n_iter_ + 1  # a gradient each, K (D+1) numbers; line searches send 2 K at a time
    largest = 8 * (svm.n_products_ * K * (D + 2) + steps * K * (D + 1))
    searches = traffic.calls - svm.n_products_ - steps
    assert svm.n_iter_ < searches <= 51 * svm.n_iter_
    assert traffic.bytes <= largest + searches * 8 * 2 * K


def test_what_is_wrong_on_one_rank_is_told_on_all():
    def fit(change):
        def work(ranks):
            x, y = own(ranks, X.copy(), Y)
            if ranks.rank == 1:
                x, y = change(x, y)
            try:
                LinearSVM(1.0).fit(x, y, ranks=ranks)
            except ValueError as error:
                return str(error)

        return run_ranks(2, work)

    def with_nan(x, y):
        x[3, 4] = np.nan
        return x, y

    assert "x holds 1 values that are NaN" in fit(with_nan)[1]
    assert fit(with_nan)[0].startswith("rank 1: x holds 1 values")
    for text in fit(lambda x, y: (x[:, :11], y)):
        assert text.startswith("rank 1 has another number of features than rank 0, 11 instead of 12")
    for text in fit(lambda x, y: (x.astype("f4"), y)):
        assert "another dtype of the features than rank 0, float32 instead of float64" in text


def test_codes_of_parts_are_the_codes_of_the_whole():
    x = RNG.random((11, 3))
    whole = encode_batches(np.square, x, batch_size=2)
    parts = run_ranks(3, lambda ranks: encode_part(np.square, x, ranks, batch_size=2))
    assert [len(part) for part in parts] == [4, 4, 3]
    np.testing.assert_array_equal(np.concatenate(parts), whole)
    with pytest.raises(ValueError, match="2 samples for 3 ranks"):
        run_ranks(3, lambda ranks: encode_part(np.square, x[:2], ranks))


def test_too_few_classes_are_counted_over_all_ranks():
    y = np.where(np.arange(91) < 50, "a", "b")  # rank 0 has one class only
    run_ranks(2, lambda ranks: LinearSVM(1.0).fit(*own(ranks, X, y), ranks=ranks))
    with pytest.raises(ValueError, match="y holds 1 different labels"):
        run_ranks(2, lambda ranks: LinearSVM(1.0).fit(*own(ranks, X, np.full(91, "a")), ranks=ranks))


def test_choose_C_reports_an_error_of_another_rank():
    def work(ranks):
        x, y = own(ranks, X, Y)
        choose_C(x if ranks.rank else x[0], y, ranks=ranks)

    with pytest.raises((SharedError, ValueError), match="x has shape"):
        run_ranks(2, work)
