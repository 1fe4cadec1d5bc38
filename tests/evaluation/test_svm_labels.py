"""Labels and estimators as people use them: missing, mixed and continuous labels, scikit-learn's ways."""

import numpy as np
import pytest
import sklearn.base

from wta_np.evaluation import LinearSVM, NotFittedError, evaluate_features, evaluate_model
from wta_np.models import FCWTA, ConvWTA

RNG = np.random.default_rng(0)
X = RNG.standard_normal((50, 3))
Y = (X[:, 0] > 0).astype(int)


@pytest.mark.parametrize(
    ("y", "error", "words"),
    [
        (
            np.array(["cat", None], object)[Y],
            ValueError,
            "y holds None at index .*, expected a label for each",
        ),
        (["cat" if label else None for label in Y], ValueError, "y holds None at index"),
        (["cat" if label else float("nan") for label in Y], ValueError, "y holds nan at index"),
        (
            ["cat" if label else 3 for label in Y],
            TypeError,
            "y holds labels of type int, str, expected all n",
        ),
        (np.where(Y, 3.0, np.nan), ValueError, "y holds .* values that are NaN"),
        (X[:, 1], ValueError, "y holds values such as .*, expected labels of classes"),
        (list(X[:, 1]), ValueError, "y holds values such as"),
        (Y[:, None], ValueError, r"expected \(50,\): one label for each row of x: use y.ravel\(\)"),
        (np.eye(2)[Y], ValueError, r"y has shape \(50, 2\), .*: for codes with a 1 in each row use y.argmax"),
        (Y.astype(complex), TypeError, "y holds complex128, expected labels that are numbers or texts"),
        ([[1], [2, 3]], ValueError, "y "),
        (np.datetime64("2026-01-01") + Y, TypeError, "y holds datetime64"),
        (None, ValueError, r"y has shape \(\), expected \(50,\)"),
    ],
)
def test_labels_that_are_none_get_a_sentence(y, error, words):
    svm = LinearSVM().fit(X, Y)
    for call in (LinearSVM().fit, svm.score):
        with pytest.raises(error, match=words):
            call(X, y)


@pytest.mark.parametrize(
    "y",
    [Y, Y.astype(bool), Y - 0.0, 7 * Y - 3, np.array(["a", "b"])[Y], np.array([b"a", b"b"])[Y],
     np.array([3, 4], object)[Y], np.array(["a", "b"], object)[Y], Y.astype("u1"),
     [["x", "y"][label] for label in Y], tuple(Y.tolist())],
)  # fmt: skip
def test_labels_of_every_usual_kind_are_learned(y):
    svm = LinearSVM(100.0).fit(X, y)
    assert svm.score(X, y) > 0.9 and svm.predict(X).dtype.kind == svm.classes_.dtype.kind


def test_scoring_with_labels_of_another_kind_is_refused_and_not_zero():
    svm = LinearSVM().fit(X, Y)
    with pytest.raises(TypeError, match=r"y holds text \(<U.*\), expected numbers \(int64\) like the labels"):
        svm.score(X, Y.astype(str))
    with pytest.raises(TypeError, match=r"y holds numbers \(int64\), expected text"):
        LinearSVM().fit(X, Y.astype(str)).score(X, Y)
    assert svm.score(X, Y.astype(bool)) == svm.score(X, Y) == svm.score(X, Y + 0.0)
    assert svm.score(X, Y + 5) == 0  # classes that fit never saw: of the same kind, and all wrong


def test_data_that_cannot_be_classified_get_a_sentence():
    svm = LinearSVM().fit(X, Y)
    bad = X.copy()
    bad[3, 1] = np.nan
    for method in (svm.predict, svm.decision_function):
        with pytest.raises(ValueError, match=r"x holds 1 values that are NaN .* \(3, 1\)"):
            method(bad)
    with pytest.raises(ValueError, match=r"x has shape \(50, 0\), expected at least one feature"):
        LinearSVM().fit(X[:, :0], Y)
    with pytest.raises(NotFittedError, match="not fitted yet: call fit first"):
        LinearSVM().predict(X)
    assert issubclass(NotFittedError, ValueError) and issubclass(NotFittedError, AttributeError)
    assert f"{NotFittedError.__module__}.{NotFittedError.__name__}" == "wta_np.evaluation.NotFittedError"


def test_scikit_learn_can_clone_and_set_parameters():
    svm = LinearSVM(3, tol=1e-4).fit(X, Y)
    again = sklearn.base.clone(svm)
    assert again.get_params() == svm.get_params() == {"C": 3.0, "tol": 1e-4, "max_iter": 200}
    assert not hasattr(again, "coef_") and svm.n_features_in_ == 3
    assert svm.set_params(C=5, max_iter=9) is svm and (svm.C, svm.tol, svm.max_iter) == (5.0, 1e-4, 9)
    with pytest.raises(ValueError, match="no parameter 'gamma', expected some of C, tol, max_iter"):
        svm.set_params(gamma=1)
    with pytest.raises(ValueError, match="C is -1"):
        svm.set_params(tol=0.5, C=-1)
    assert svm.tol == 1e-4  # nothing was set
    with pytest.raises(TypeError, match=r"tol must be given by name: LinearSVM\(1.0, tol=0.001\)"):
        LinearSVM(1.0, 1e-3)
    assert eval(repr(svm)).get_params() == svm.get_params()


def test_a_model_is_evaluated_as_the_command_does_it():
    images = RNG.random((60, 8, 8, 1)).astype("f4")
    y = np.arange(60) % 3
    for model, x in ((ConvWTA(1, 4, 1), images), (FCWTA(64, 10), images.reshape(60, -1))):
        z = model.features(x)
        result = evaluate_model(model, x[:40], y[:40], x[40:], y[40:], batch_size=7)
        expected = evaluate_features(z[:40], y[:40], z[40:], y[40:], unit_scale=model.outputs_maps)
        assert result.test_error_percent == result.test_error == expected.test_error_percent
        assert result.C == expected.C
