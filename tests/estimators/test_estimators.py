"""The estimators hold the package's models, and work in scikit-learn's pipelines, searches and frames."""

import pickle
import subprocess
import sys
import warnings

import numpy as np
import pandas
import pytest
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler

import wta_np
from wta_np import SGD, LinearSVM
from wta_np.data.whitening import Whitening
from wta_np.sklearn import ConvWTAEncoder, FCWTAEncoder, LinearSVMClassifier, RBMEncoder, ZCAWhitener
from wta_np.sklearn import encoder as encoder_module
from wta_np.training import DivergenceError

DATA = wta_np.load("sample")
X, Y = DATA.x_train[:300, 8:20, 8:20].reshape(300, -1), DATA.y_train[:300]  # 144 pixels, so that all is fast
SMALL = {"epochs": 2, "batch_size": 50, "random_state": 3}
ENCODERS = [
    FCWTAEncoder(12, **SMALL),
    RBMEncoder(12, **SMALL),
    ConvWTAEncoder(4, n_layers=1, decoder_size=5, **SMALL),
    ConvWTAEncoder(2, n_layers=1, decoder_size=5, pool=None, **SMALL),
]
ALL = [*ENCODERS, ZCAWhitener(), LinearSVMClassifier(C=0.1)]


def name(estimator):
    return type(estimator).__name__


every_encoder = pytest.mark.parametrize("encoder", ENCODERS, ids=name)
every_estimator = pytest.mark.parametrize("estimator", ALL, ids=name)


def plain(encoder):
    """The package's own model for `encoder`, and the data in its shape."""
    if isinstance(encoder, FCWTAEncoder):
        return wta_np.FCWTA(144, 12, rng=3), X
    if isinstance(encoder, RBMEncoder):
        return wta_np.RBM(144, 12, rng=3), X
    return wta_np.ConvWTA(1, encoder.n_maps, 1, decoder_size=5, rng=3), X.reshape(-1, 12, 12, 1)


@every_encoder
def test_an_encoder_is_a_model_trained_by_fit_bit_for_bit(encoder):
    model, x = plain(encoder)
    history = wta_np.fit(model, x, epochs=2, batch_size=50, rng=3, progress=False)
    made = clone(encoder).fit(X)
    assert all(np.array_equal(made.model_.params[name], model.params[name]) for name in model.params)
    assert list(made.history_["loss"]) == list(history["loss"])
    expected = model.encode(x).reshape(300, -1) if getattr(encoder, "pool", 0) is None else model.features(x)
    assert np.array_equal(made.transform(X), expected)


@every_encoder
def test_codes_come_back_as_samples_where_they_can_be_decoded(encoder):
    made = clone(encoder).fit(X)
    z = made.transform(X)
    if getattr(encoder, "pool", None) is not None:
        assert not hasattr(made, "inverse_transform")
        return
    assert np.array_equal(made.inverse_transform(z), made.model_.decode(plainly(made, z)).reshape(300, -1))
    with pytest.raises(ValueError, match=rf"X has shape \(300, 3\), expected \(N, {z.shape[1]}\)"):
        made.inverse_transform(z[:, :3])


def plainly(made, z):
    return z.reshape(-1, *made.image_shape_[:2], made.n_maps) if hasattr(made, "image_shape_") else z


def test_the_classifier_and_the_whitener_are_those_of_the_package():
    svm, own = LinearSVM(C=0.1).fit(X, Y), LinearSVMClassifier(C=0.1).fit(X, Y)
    assert np.array_equal(own.coef_, svm.coef_) and np.array_equal(own.predict(X), svm.predict(X))
    assert own.coef_.dtype == "float32" and own.score(X, Y) == svm.score(X, Y)
    whitener, whitening = ZCAWhitener(0.9).fit(X), Whitening("zca", 0.9).fit(X)
    y = whitener.transform(X)
    assert np.array_equal(y, whitening.transform(X))
    assert np.array_equal(whitener.inverse_transform(y), whitening.inverse_transform(y))
    assert len(whitener.components_) == len(whitener.explained_variance_) < 144


@every_encoder
def test_partial_fit_takes_one_step_for_each_mini_batch_and_keeps_the_momentum(encoder):
    model, x = plain(encoder)
    optimizer = SGD(model.default_lr, model.default_momentum)
    for start in range(0, 300, 50):
        optimizer.step(model.params, model.loss_and_grads(x[start : start + 50])[1])
    streamed = clone(encoder)
    for start in range(0, 300, 100):
        streamed.partial_fit(X[start : start + 100])
    assert all(np.array_equal(streamed.model_.params[name], model.params[name]) for name in model.params)
    assert streamed.transform(X).shape[1] == len(streamed.get_feature_names_out())


def test_partial_fit_goes_on_after_fit_and_fit_begins_anew():
    encoder = clone(ENCODERS[0]).fit(X)
    weights = {name: value.copy() for name, value in encoder.model_.params.items()}
    encoder.partial_fit(X[:100])
    assert not np.array_equal(encoder.model_.params["W_enc"], weights["W_enc"])
    encoder.fit(X)
    assert np.array_equal(encoder.model_.params["W_enc"], weights["W_enc"])


def test_a_stream_that_diverges_says_so_and_what_to_try():
    encoder = FCWTAEncoder(12, lifetime=None, lr=10.0, random_state=0, batch_size=10)
    said = "the loss became .* in step .*: the steps are too big. Try a smaller learning rate"
    with pytest.raises(DivergenceError, match=said), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for _ in range(20):
            encoder.partial_fit(X)


def test_a_stream_on_which_no_unit_is_active_is_warned_of():
    with pytest.warns(RuntimeWarning, match="no unit was active on any of 300 samples: x is zero everywhere"):
        FCWTAEncoder(12, random_state=0).partial_fit(np.zeros_like(X))


@every_estimator
def test_a_fitted_estimator_survives_pickling_and_a_clone_is_fitted_alike(estimator):
    made = clone(estimator).fit(X, Y)
    answer = "predict" if hasattr(made, "predict") else "transform"
    expected = getattr(made, answer)(X)
    assert np.array_equal(getattr(pickle.loads(pickle.dumps(made)), answer)(X), expected)
    again = clone(made)
    with pytest.raises(NotFittedError):
        getattr(again, answer)(X)
    assert np.array_equal(getattr(again.fit(X, Y), answer)(X), expected)


def test_float64_data_and_lists_are_converted_to_the_dtype_of_the_model():
    encoder = clone(ENCODERS[0]).fit(X.astype("float64"))
    assert encoder.model_.dtype == encoder.transform(X.tolist()).dtype == "float32"
    doubled = clone(encoder).set_params(dtype="float64").fit(X)
    assert doubled.model_.dtype == doubled.transform(X).dtype == "float64"


@pytest.mark.parametrize("n_jobs", [1, 2])
def test_a_search_over_lifetime_in_a_pipeline_of_float64_data(n_jobs):
    steps = make_pipeline(MinMaxScaler(), FCWTAEncoder(20, tied=True, **SMALL), LinearSVMClassifier())
    search = GridSearchCV(steps, {"fcwtaencoder__lifetime": [0.05, 0.2, None]}, cv=2, n_jobs=n_jobs)
    search.fit(X.astype("float64"), Y)
    assert len(search.cv_results_["mean_test_score"]) == 3 and search.best_score_ > 0.3


def test_pandas_output_has_names_and_the_data_s_index():
    names = [f"pixel{i}" for i in range(144)]
    frame = pandas.DataFrame(X, columns=names, index=range(1000, 1300))
    encoder = clone(ENCODERS[0]).set_output(transform="pandas").fit(frame)
    z = encoder.transform(frame)
    assert list(z.columns) == [f"fcwtaencoder{j}" for j in range(12)] and list(z.index) == list(frame.index)
    assert list(encoder.feature_names_in_) == names
    whitened = ZCAWhitener().set_output(transform="pandas").fit_transform(frame)
    assert list(whitened.columns) == names
    with pytest.raises(ValueError, match="feature names"):
        encoder.transform(frame[names[::-1]])


def test_a_search_ends_when_its_training_was_interrupted(monkeypatch):
    class Interrupted:
        interrupted = True

    monkeypatch.setattr(encoder_module, "fit", lambda *args, **options: Interrupted())
    with pytest.raises(KeyboardInterrupt):
        FCWTAEncoder(5).fit(X)


@pytest.mark.parametrize(
    ("estimator", "kind", "said"),
    [
        (FCWTAEncoder(0), ValueError, "n_hidden is 0, expected at least 1"),
        (FCWTAEncoder(5, lifetime=2), ValueError, "lifetime is 2"),
        (FCWTAEncoder(5, lr=-1), ValueError, "lr is -1"),
        (FCWTAEncoder(5, batch_size=0), ValueError, "batch_size is 0"),
        (FCWTAEncoder(5, epochs="ten"), TypeError, "epochs is 'ten'"),
        (FCWTAEncoder(5, dtype="int8"), ValueError, "dtype is 'int8', expected one of float32, float64"),
        (FCWTAEncoder(5, dtype="no dtype"), ValueError, "dtype is 'no dtype', expected one of"),
        (FCWTAEncoder(5, random_state=-1), ValueError, "random_state is -1, expected at least 0"),
        (
            ConvWTAEncoder(5, image_shape=(12, 11)),
            ValueError,
            r"image_shape is \(12, 11\), expected .* 144 values",
        ),
        (ConvWTAEncoder(5, image_shape=(-1, -1)), ValueError, r"image_shape is \(-1, -1\), expected"),
        (ConvWTAEncoder(5, image_shape=(-1, 0)), ValueError, r"image_shape is \(-1, 0\), expected"),
        (ConvWTAEncoder(5, pool=40), ValueError, "pool is 40, expected between 1 and 12"),
        (RBMEncoder(5, positive="both"), ValueError, "positive is 'both'"),
        (ZCAWhitener(retain=0), ValueError, "retain is 0"),
        (LinearSVMClassifier(C=0), ValueError, "C is 0"),
    ],
)
def test_a_wrong_option_is_named_by_fit(estimator, kind, said):
    with pytest.raises(kind, match=said):
        estimator.fit(X, Y)


def test_an_rbm_refuses_what_is_no_probability_unless_it_may_clip_it():
    with pytest.raises(ValueError, match=r"x has values from 0 to 1.98431, expected all in \[0, 1\]"):
        RBMEncoder(5).fit(2 * X)
    clipping = RBMEncoder(5, clip=True, **SMALL).fit(2 * X)
    assert np.array_equal(clipping.transform(2 * X), clipping.transform(np.minimum(2 * X, 1)))


def test_image_shapes_that_are_not_square_have_to_be_named():
    with pytest.raises(
        ValueError, match=r"image_shape is None, .* 120 values, .*; None stands for square images"
    ):
        ConvWTAEncoder(3, epochs=1).fit(X[:, :120])
    made = ConvWTAEncoder(3, n_layers=1, image_shape=(-1, 10), epochs=1, random_state=0).fit(X[:, :120])
    assert made.image_shape_ == (12, 10, 1)


def test_without_scikit_learn_the_import_says_what_to_install_and_the_package_does_without():
    code = "import sys; sys.modules['sklearn'] = None; import wta_np\ntry:\n    import wta_np.sklearn\n"
    code += "except ImportError as error:\n    print(error)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "wta_np.sklearn needs scikit-learn 1.6 or later: pip install 'wta_np[sklearn]'\n"


def test_the_package_does_not_import_scikit_learn():
    code = "import wta_np, wta_np.evaluation, wta_np.training, sys; print('sklearn' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
