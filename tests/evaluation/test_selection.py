"""Choosing C without the test set."""

import inspect

import numpy
import pytest
from sklearn.datasets import load_digits

from wta_np.evaluation import LinearSVM, choose_C, evaluate_features
from wta_np.evaluation.selection import FACTOR, split


@pytest.fixture(scope="module")
def digits():
    x, y = load_digits(return_X_y=True)
    return (x / 16).astype("float32"), y


def test_the_split_is_seeded_and_uses_each_sample_once():
    y = numpy.arange(100) % 7
    fitted, held = split(y, 0.3, rng=1)
    assert sorted([*fitted, *held]) == list(range(100))
    for a, b in zip(split(y, 0.3, rng=1), (fitted, held)):
        assert (a == b).all()
    assert not numpy.array_equal(split(y, 0.3, rng=2)[1], held)
    generator = numpy.random.default_rng(1)
    assert (split(y, 0.3, rng=generator)[1] == held).all()


@pytest.mark.parametrize("held_out", [0.1, 1 / 6, 0.5, 0.9])
def test_each_class_gives_its_share_to_within_one_sample(held_out):
    y = numpy.repeat(["a", "b", "c", "d"], [200, 60, 13, 1])
    fitted, held = split(y, held_out)
    for label in "abcd":
        n = (y == label).sum()
        assert abs((y[held] == label).sum() - held_out * n) <= 1.5
        assert (y[fitted] == label).sum() >= 1


def test_held_out_samples_come_from_everywhere_in_sorted_data():
    y = numpy.repeat([0, 1], 500)
    held = split(y, 0.2)[1]
    assert (numpy.histogram(held, 10, (0, 1000))[0] > 5).all()


def test_the_errors_in_the_table_are_those_on_the_held_out_samples(digits):
    x, y = digits
    choice = choose_C(x, y, Cs=[0.1, 0.01], held_out=0.25, rng=3, tol=1e-8)
    fitted, held = split(y, 0.25, rng=3)
    assert [C for C, _ in choice.table] == [0.01, 0.1]
    for C, error in choice.table:
        svm = LinearSVM(C, tol=1e-8).fit(x[fitted], y[fitted])
        assert error == pytest.approx(100 * (1 - svm.score(x[held], y[held])), abs=0.3)
    best = min(error for _, error in choice.table)
    first = next(C for C, error in choice.table if error == best)
    assert choice.C == choice.svm.C == first


def test_the_smaller_of_equally_good_values_is_chosen():
    x = numpy.repeat([[-1.0], [1.0]], 30, axis=0)
    choice = choose_C(x, numpy.repeat([0, 1], 30), Cs=[10, 0.1, 1, 1])
    assert choice.table == [(0.1, 0), (1, 0), (10, 0)]
    assert choice.C == 0.1 and choice.svm.C == 0.1


def test_a_best_value_at_the_edge_of_the_grid_is_reported(digits):
    x, y = digits
    inside = choose_C(x, y)
    assert not inside.at_edge
    assert choose_C(x, y, Cs=[1e-6, 1e-5]).at_edge
    assert choose_C(x, y, Cs=[inside.C, 4 * inside.C]).at_edge


@pytest.mark.parametrize("scale", [1e-3, 1, 1e3])
def test_the_default_grid_follows_the_scale_of_the_features(digits, scale):
    x, y = digits
    plain, scaled = choose_C(x, y), choose_C(x * numpy.float32(scale), y)
    assert not scaled.at_edge
    assert 1 / FACTOR**2 < scaled.C * scale**2 / plain.C < FACTOR**2
    best = [min(error for _, error in choice.table) for choice in (plain, scaled)]
    assert abs(best[0] - best[1]) < 1  # percent; the bias does not scale with the features


def test_the_default_grid_ends_after_two_worse_values(digits):
    x, y = digits
    errors = [error for _, error in choose_C(x, y).table]
    assert len(errors) < 13
    best = min(errors)
    assert errors[-2] > best and errors[-1] > best
    assert not any(errors[i] > min(errors[:i]) < errors[i + 1] for i in range(1, len(errors) - 2))


def test_the_choice_never_sees_the_test_set(digits):
    assert not [name for name in inspect.signature(choose_C).parameters if "test" in name]
    x, y = digits
    right = evaluate_features(x[:900], y[:900], x[900:], y[900:])
    wrong = evaluate_features(x[:900], y[:900], x[:0:-1], numpy.roll(y, 1)[:0:-1])
    assert right.C == wrong.C and right.choice.table == wrong.choice.table
    assert (right.svm.coef_ == wrong.svm.coef_).all()


def test_the_test_error_is_that_of_an_svm_fitted_to_all_training_data(digits):
    x, y = digits
    result = evaluate_features(x[:900], y[:900], x[900:], y[900:], tol=1e-6)
    svm = LinearSVM(result.C, tol=1e-6).fit(x[:900], y[:900])
    numpy.testing.assert_allclose(result.svm.coef_, svm.coef_, atol=1e-3)
    assert abs(result.choice.svm.coef_ - svm.coef_).max() > 0.01  # that one lacks the held-out samples
    assert result.test_error == pytest.approx(100 * (result.svm.predict(x[900:]) != y[900:]).mean())
    assert 1 < result.test_error < 12
    assert result.C == result.choice.C == result.svm.C
    assert result.seconds > 0


def test_choosing_and_evaluating_work_on_every_backend(digits, place):
    x, y = digits
    host = evaluate_features(x[:300], y[:300], x[300:600], y[300:600], Cs=[0.01, 0.1])
    device = evaluate_features(place(x[:300]), y[:300], place(x[300:600]), y[300:600], Cs=[0.01, 0.1])
    assert [C for C, _ in device.choice.table] == [C for C, _ in host.choice.table]
    assert device.test_error == pytest.approx(host.test_error, abs=1)


def test_unfit_arguments_are_named_in_one_sentence(digits):
    x, y = digits
    with pytest.raises(ValueError, match="held_out is 0, expected a number in"):
        choose_C(x, y, held_out=0)
    with pytest.raises(
        ValueError, match=r"held_out is 1, which holds out .* expected a share between 0 and 1"
    ):
        choose_C(x, y, held_out=1)
    with pytest.raises(ValueError, match=r"held_out is 0\.01, which holds out 0 of 20 samples"):
        choose_C(x[:20], y[:20], held_out=0.01)
    with pytest.raises(ValueError, match="Cs is empty"):
        choose_C(x, y, Cs=[])
    with pytest.raises(ValueError, match="Cs is -1, expected a number above 0"):
        choose_C(x, y, Cs=[1, -1])
    with pytest.raises(ValueError, match="x is zero everywhere"):
        choose_C(numpy.zeros((20, 3)), numpy.arange(20) % 2)
    with pytest.raises(ValueError, match=r"y has shape \(3,\), expected \(1797,\)"):
        choose_C(x, y[:3])
    with pytest.raises(ValueError, match="y holds 1 different labels"):
        choose_C(x, numpy.zeros(len(x)))
    with pytest.raises(ValueError, match=r"x_test has shape \(10, 63\), expected \(N_test, D\) with D=64"):
        evaluate_features(x, y, x[:10, 1:], y[:10])
    with pytest.raises(ValueError, match=r"y_test has shape \(9,\), expected \(10,\): .* row of x_test"):
        evaluate_features(x, y, x[:10], y[:9])


def test_unit_scale_makes_the_error_independent_of_the_size_of_each_feature(place):
    rng = numpy.random.default_rng(8)
    y = rng.integers(0, 3, 300)
    x = rng.normal(size=(300, 6)) + 2 * numpy.eye(6)[y]
    sizes = numpy.array([1e-3, 1e3, 1.0, 1e-2, 1e2, 1.0])
    halves = [place(x[:200] * sizes), y[:200], place(x[200:] * sizes), y[200:]]
    plain = [place(x[:200]), y[:200], place(x[200:]), y[200:]]
    assert (
        evaluate_features(*halves, unit_scale=True).test_error
        == evaluate_features(*plain, unit_scale=True).test_error
    )
    assert evaluate_features(*halves, unit_scale=True).test_error < evaluate_features(*halves).test_error


def test_unit_scale_leaves_constant_features_alone():
    x = numpy.concatenate([numpy.ones((40, 1)), numpy.repeat([[0.0], [1.0]], 20, axis=0)], axis=1)
    y = numpy.repeat([0, 1], 20)
    assert evaluate_features(x, y, x, y, unit_scale=True).test_error == 0
