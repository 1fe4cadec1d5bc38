"""scikit-learn's own checks of estimators: all pass, but for those that give data for which a model is not made."""

import warnings

import pytest
from sklearn.utils.estimator_checks import check_estimator

from wta_np.sklearn import ConvWTAEncoder, FCWTAEncoder, LinearSVMClassifier, RBMEncoder, ZCAWhitener

PIXELS = {"image_shape": (1, -1), "n_layers": 1, "size": 1, "decoder_size": 1}  # rows of any length as images
FEW = {
    "epochs": 2,
    "random_state": 0,
    "dtype": "float64",
}  # in float32 the codes of one sample and of many may differ by rounding


def checked(estimator):
    """The names of the checks that passed, and (name, exception) of those that failed."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of checks that were skipped
        results = check_estimator(estimator, on_fail=None)
    passed = [r["check_name"] for r in results if r["status"] == "passed"]
    return passed, [(r["check_name"], r["exception"]) for r in results if r["status"] == "failed"]


@pytest.mark.parametrize(
    "estimator",
    [
        FCWTAEncoder(8, **FEW),
        FCWTAEncoder([8, 4], tied=True, **FEW),
        ConvWTAEncoder(3, **PIXELS, pool=1, stride=1, **FEW),
        ConvWTAEncoder(3, **PIXELS, pool=None, **FEW),
        RBMEncoder(8, clip=True, lifetime=0.3, persistent=True, **FEW),
        LinearSVMClassifier(),
        ZCAWhitener(),
    ],
    ids=lambda estimator: type(estimator).__name__,
)
def test_an_estimator_passes_all_checks_of_scikit_learn(estimator):
    passed, failed = checked(estimator)
    assert not failed and len(passed) > 40


def test_an_rbm_that_does_not_clip_fails_only_where_data_are_no_probabilities():
    passed, failed = checked(RBMEncoder(8, **FEW))
    assert len(passed) > 20
    assert [name for name, error in failed if "expected all in [0, 1]" not in str(error)] == []


def test_the_default_learning_rate_is_too_large_for_data_in_the_hundreds_and_the_error_says_so():
    passed, failed = checked(FCWTAEncoder(random_state=0, dtype="float64"))
    assert len(passed) > 40
    assert [name for name, error in failed if "the steps are too big" not in str(error)] == []
