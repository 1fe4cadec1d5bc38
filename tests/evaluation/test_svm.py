"""The linear SVM against scikit-learn's, and against the conditions that its solution must fulfil."""

import warnings

import numpy
import pytest
from sklearn.datasets import load_digits
from sklearn.svm import LinearSVC

from wta_np.backend import backend_name, to_numpy
from wta_np.evaluation import newton
from wta_np.evaluation.newton import hessian_product, line_search
from wta_np.evaluation.svm import LinearSVM


def weights(svm):
    """(K, D+1) in float64, the bias last."""
    columns = numpy.column_stack([to_numpy(svm.coef_), to_numpy(svm.intercept_)])
    return columns.astype(numpy.float64)


def objectives(x, y, u, C):
    """The objective of each one-against-the-rest problem, class by class and in float64."""
    x = numpy.hstack([x.astype(numpy.float64), numpy.ones((len(x), 1))])
    classes = numpy.unique(y)
    positive = classes if len(classes) > 2 else classes[1:]
    values = []
    for label, u_k in zip(positive, u):
        loss = 0.0
        for x_n, y_n in zip(x, y):
            loss += max(0.0, 1 - (1 if y_n == label else -1) * (x_n @ u_k)) ** 2
        values.append(u_k @ u_k / 2 + C * loss)
    return numpy.array(values)


def oracle(x, y, C):
    return LinearSVC(C=C, dual=False, tol=1e-8, max_iter=5000).fit(x.astype(numpy.float64), y)


def blobs(n=400, d=12, n_classes=4, seed=0):
    """Overlapping Gaussian classes far from the origin, features of unequal scale."""
    rng = numpy.random.default_rng(seed)
    y = rng.integers(n_classes, size=n)
    x = rng.standard_normal((n, d)) + rng.standard_normal((n_classes, d))[y] + 1
    return x * 10 ** rng.uniform(-1, 0.5, d), y


@pytest.fixture(scope="module")
def digits():
    x, y = load_digits(return_X_y=True)
    return x[:1300] / 16, y[:1300]


def assert_as_good(svm, reference, x, y, x_test):
    ours, theirs = objectives(x, y, weights(svm), svm.C), objectives(x, y, weights(reference), svm.C)
    assert (ours <= 1.001 * theirs).all()
    assert ours.sum() <= 1.001 * theirs.sum()
    assert (svm.predict(x_test.astype(svm.coef_.dtype)) == reference.predict(x_test)).mean() >= 0.995


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("C", [1e-4, 1e-2, 1, 100])
def test_objective_and_predictions_on_digits_are_those_of_scikit_learn(digits, C, dtype):
    x, y = digits
    svm = LinearSVM(C).fit(x[:800].astype(dtype), y[:800])
    assert_as_good(svm, oracle(x[:800], y[:800], C), x[:800], y[:800], x)


@pytest.mark.parametrize("C", [1e-4, 0.03, 1, 1e4])
@pytest.mark.parametrize("n_classes", [2, 4])
def test_objective_and_predictions_on_random_data_are_those_of_scikit_learn(n_classes, C):
    x, y = blobs(n_classes=n_classes)
    svm = LinearSVM(C).fit(x, y)
    assert svm.coef_.shape == (n_classes if n_classes > 2 else 1, 12)
    assert_as_good(svm, oracle(x, y, C), x, y, x)


@pytest.mark.parametrize("C", [1e-3, 0.1, 10])
def test_weights_and_regularised_biases_are_those_of_liblinear(C):
    x, y = blobs()
    svm, reference = LinearSVM(C, tol=1e-12).fit(x, y), oracle(x, y, C)
    numpy.testing.assert_allclose(svm.coef_, reference.coef_, rtol=1e-4, atol=1e-6)
    numpy.testing.assert_allclose(svm.intercept_, reference.intercept_, rtol=1e-4, atol=1e-6)
    numpy.testing.assert_allclose(svm.decision_function(x), reference.decision_function(x), atol=1e-4)


@pytest.mark.parametrize("C", [1e-2, 1, 1e2])
def test_the_gradient_at_the_solution_is_as_small_as_promised(digits, C):
    x, y = (a[:500] for a in digits)
    svm = LinearSVM(C, tol=1e-6).fit(x, y)
    for k, u in enumerate(weights(svm)):
        t = numpy.where(y == k, 1.0, -1.0)
        shortfall = numpy.maximum(0, 1 - t * (x @ u[:-1] + u[-1]))
        dw = u[:-1] - 2 * C * x.T @ (t * shortfall)
        db = u[-1] - 2 * C * numpy.sum(t * shortfall)
        assert dw @ dw + db * db <= 1.01e-6 * (u @ u)
        assert svm.gap_[k] == pytest.approx((dw @ dw + db * db) / (u @ u), rel=0.01)


def test_half_the_squared_gradient_bounds_what_is_left_to_gain():
    x, y = blobs()
    best = objectives(x, y, weights(LinearSVM(1, tol=1e-12).fit(x, y)), 1)
    for tol in (0.3, 1e-2, 1e-4):
        svm = LinearSVM(1, tol=tol).fit(x, y)
        u = weights(svm)
        excess = objectives(x, y, u, 1) - best
        assert (excess <= svm.gap_ / 2 * (u * u).sum(axis=1) + 1e-9).all()
        assert (svm.gap_ <= tol).all()


def test_hessian_product_is_that_of_the_written_out_matrix():
    rng = numpy.random.default_rng(0)
    x, v = rng.standard_normal((30, 4)), rng.standard_normal((3, 5))
    active = (rng.random((30, 3)) < 0.5).astype(float)
    product, curvature = hessian_product(x, active, 0.7, v)
    x1 = numpy.hstack([x, numpy.ones((30, 1))])
    for k in range(3):
        H = numpy.eye(5) + 2 * 0.7 * x1.T @ numpy.diag(active[:, k]) @ x1
        numpy.testing.assert_allclose(product[k], H @ v[k], rtol=1e-12)
        assert curvature[k] == pytest.approx(v[k] @ H @ v[k])


def test_blocks_of_rows_change_nothing_but_rounding(monkeypatch):
    rng = numpy.random.default_rng(0)
    x, v, active = rng.standard_normal((50, 4)), rng.standard_normal((2, 5)), rng.random((50, 2)).round()
    whole = hessian_product(x, active, 1.0, v)
    monkeypatch.setattr("wta_np.evaluation.newton.BLOCK_BYTES", 7 * 4 * 8)  # 7 rows, the last block 1
    for a, b in zip(whole, hessian_product(x, active, 1.0, v)):
        numpy.testing.assert_allclose(a, b, rtol=1e-12)


def test_the_line_search_finds_the_lowest_point_of_each_line():
    rng = numpy.random.default_rng(0)
    x, u = rng.standard_normal((40, 3)), rng.standard_normal((2, 4))
    t = rng.choice([-1.0, 1.0], (40, 2))
    x1 = numpy.hstack([x, numpy.ones((40, 1))])

    def f(u):
        return (u * u).sum(1) / 2 + 3 * (numpy.maximum(0, 1 - t * (x1 @ u.T)) ** 2).sum(0)

    s = x1 @ u.T
    slope = u - 2 * 3 * (t * numpy.maximum(0, 1 - t * s)).T @ x1
    for stretch in (1e-4, 1.0, 1e4):  # from a first step that is far too short to one far too long
        p = -stretch * slope
        a = line_search(u, p, s, x1 @ p.T, t, 3.0)
        for factor in (0.97, 1.03):
            assert (f(u + a[:, None] * p) < f(u + factor * a[:, None] * p)).all()


def test_data_that_need_an_offset_get_a_bias():
    x = numpy.array([[10.0], [11.0], [12.0], [13.0]])
    svm = LinearSVM(C=1000).fit(x, [0, 0, 1, 1])
    assert svm.score(x, [0, 0, 1, 1]) == 1
    assert svm.intercept_[0] < -1
    reference = oracle(x, [0, 0, 1, 1], 1000)
    assert svm.intercept_[0] == pytest.approx(reference.intercept_[0], rel=0.05)


@pytest.mark.parametrize("C", [1e-4, 1, 100])
def test_duplicated_constant_and_zero_columns_do_no_harm(digits, C):
    x, y = digits
    x = numpy.hstack([x, x, numpy.full((len(x), 1), 3.0), numpy.zeros((len(x), 1))])[:600]
    svm = LinearSVM(C).fit(x, y[:600])
    assert_as_good(svm, oracle(x, y[:600], C), x, y[:600], x)
    numpy.testing.assert_allclose(svm.coef_[:, :64], svm.coef_[:, 64:128], rtol=1e-6, atol=1e-12)
    assert (svm.coef_[:, -1] == 0).all()


def test_a_class_of_one_sample_is_learnt():
    x, y = blobs()
    y = numpy.where(numpy.arange(len(y)) == 7, 9, y)
    assert_as_good(LinearSVM(0.1).fit(x, y), oracle(x, y, 0.1), x, y, x)


def test_labels_may_be_strings_and_lists():
    x, y = blobs()
    names = [["ant", "bee", "cat", "dog"][k] for k in y]
    svm, plain = LinearSVM(0.1).fit(x, names), LinearSVM(0.1).fit(x, y)
    assert svm.classes_.tolist() == ["ant", "bee", "cat", "dog"]
    assert svm.predict(x).tolist() == [["ant", "bee", "cat", "dog"][k] for k in plain.predict(x)]
    assert svm.score(x, names) == plain.score(x, y) > 0.5


def test_weights_stay_on_the_backend_and_in_the_dtype_of_the_data(place, backend):
    x, y = blobs()
    for dtype in ("float32", "float64"):
        svm = LinearSVM(0.1).fit(place(x.astype(dtype)), y)
        assert backend_name(svm.coef_) == backend_name(svm.intercept_) == backend
        assert svm.coef_.dtype == svm.intercept_.dtype == dtype
        assert svm.decision_function(place(x.astype(dtype))).dtype == dtype
        reference = LinearSVM(0.1).fit(x, y)
        numpy.testing.assert_allclose(to_numpy(svm.coef_), reference.coef_, atol=0.02)
        assert (svm.predict(place(x.astype(dtype))) == reference.predict(x)).mean() > 0.99


def test_two_classes_work_on_every_backend(place):
    x, y = blobs(n_classes=2)
    svm = LinearSVM(0.1).fit(place(x), y)
    assert svm.decision_function(place(x)).shape == (len(x),)
    assert svm.score(place(x), y) == LinearSVM(0.1).fit(x, y).score(x, y)


def test_nothing_of_float32_data_is_computed_in_float64(monkeypatch):
    dtypes = set()
    for name in ("scores", "adjoint"):
        plain = getattr(newton, name)

        def spy(x, v, plain=plain):
            out = plain(x, v)
            dtypes.update({x.dtype.name, v.dtype.name, out.dtype.name})
            return out

        monkeypatch.setattr(newton, name, spy)
    x, y = blobs()
    LinearSVM(0.1).fit(x.astype("float32"), y)
    assert dtypes == {"float32"}


def test_the_start_that_is_given_is_not_changed():
    x, y = blobs(n_classes=2)
    start = numpy.zeros((1, 13))
    found = newton.minimise(x, numpy.where(y == 1, 1.0, -1.0)[:, None], 1.0, start, 1e-3, 100)
    assert (start == 0).all() and (found.u != 0).all()


def test_the_data_are_not_changed_and_may_lie_in_any_order():
    x, y = blobs()
    before = x.copy()
    svm = LinearSVM(0.1, tol=1e-12).fit(x, y)
    assert (x == before).all()
    for view in (numpy.asfortranarray(x), numpy.hstack([x, x])[:, :12], numpy.repeat(x, 2, axis=0)[::2]):
        numpy.testing.assert_allclose(LinearSVM(0.1, tol=1e-12).fit(view, y).coef_, svm.coef_, rtol=1e-4)


def test_fitting_twice_gives_the_same_weights(digits):
    x, y = (a[:500] for a in digits)
    first, second = (LinearSVM(1).fit(x, y) for _ in range(2))
    assert (first.coef_ == second.coef_).all() and (first.intercept_ == second.intercept_).all()


def test_a_start_near_the_solution_saves_work_and_leads_to_the_same_solution(digits):
    x, y = (a[:500] for a in digits)
    cold = LinearSVM(1, tol=1e-8).fit(x, y)
    start = LinearSVM(0.5, tol=1e-8).fit(x, y)
    before = start.coef_.copy()
    warm = LinearSVM(1, tol=1e-8).fit(x, y, initial=start)
    assert warm.n_products_ < cold.n_products_
    numpy.testing.assert_allclose(warm.coef_, cold.coef_, atol=1e-3)
    assert (start.coef_ == before).all()
    again = LinearSVM(1, tol=1e-8).fit(x, y, initial=warm)
    assert again.n_products_ == 0 and (again.coef_ == warm.coef_).all()


def test_classes_that_have_converged_change_no_more(digits):
    x, y = (a[:500] for a in digits)
    exact = LinearSVM(1, tol=1e-6).fit(x, y)
    disturbed = LinearSVM(1).fit(x, y, initial=exact)
    disturbed.coef_[3] += 1
    svm = LinearSVM(1, tol=1e-6).fit(x, y, initial=disturbed)
    others = numpy.arange(10) != 3
    assert (svm.coef_[others] == exact.coef_[others]).all()
    numpy.testing.assert_allclose(svm.coef_[3], exact.coef_[3], atol=1e-2)


def test_stopping_early_warns_and_says_how_far_it_came():
    x, y = blobs()
    with pytest.warns(RuntimeWarning, match=r"stopped after 1 Newton steps at a relative gap of"):
        svm = LinearSVM(100, max_iter=1).fit(x, y)
    assert svm.n_iter_ == 1 and svm.gap_.max() > svm.tol


def test_an_overflow_is_not_passed_over_in_silence():
    x, y = blobs()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        warnings.filterwarnings("error", message="the SVM stopped")
        with pytest.raises(RuntimeWarning, match="scale the features"):
            LinearSVM().fit((x * 1e30).astype("float32"), y)


@pytest.mark.parametrize(
    ("x", "y", "error", "match"),
    [
        (numpy.zeros(5), [0, 1, 0, 1, 0], ValueError, r"x has shape \(5,\), expected \(N, D\)"),
        (numpy.zeros((2, 2, 2)), [0, 1], ValueError, r"x has shape \(2, 2, 2\), expected \(N, D\)"),
        (numpy.zeros((3, 2)), [0, 1], ValueError, r"y has shape \(2,\), expected \(3,\)"),
        (numpy.zeros((2, 2)), [[0, 1]], ValueError, r"y has shape \(1, 2\), expected \(2,\)"),
        (numpy.zeros((3, 2)), [1, 1, 1], ValueError, "y holds 1 different labels, expected at least two"),
        (numpy.zeros((0, 2)), [], ValueError, "x holds no samples"),
        (numpy.array([[1.0], [numpy.nan]]), [0, 1], ValueError, r"x holds 1 values .* index \(1, 0\)"),
        (numpy.array([[1.0], [numpy.inf]]), [0, 1], ValueError, "x holds 1 values that are NaN or inf"),
        (numpy.zeros((2, 1)), [0, numpy.nan], ValueError, "y holds 1 values that are NaN"),
        (numpy.zeros((2, 1), dtype=int), [0, 1], TypeError, "x holds int64, expected floats"),
        (numpy.zeros((2, 1), dtype="float16"), [0, 1], TypeError, "x holds float16, expected float32 or"),
        ([[0.0], [1.0]], [0, 1], TypeError, "x is a list, expected an array"),
    ],
)
def test_unfit_data_are_named_in_one_sentence(x, y, error, match):
    with pytest.raises(error, match=match):
        LinearSVM().fit(x, y)


@pytest.mark.parametrize("C", [0, -1, numpy.nan, numpy.inf])
def test_C_must_be_a_finite_number_above_zero(C):
    with pytest.raises(ValueError, match=r"C is .*, expected a number above 0"):
        LinearSVM(C)


def test_use_before_fit_and_other_features_are_refused():
    x, y = blobs()
    for method in ("predict", "decision_function"):
        with pytest.raises(ValueError, match="not fitted yet: call fit first"):
            getattr(LinearSVM(), method)(x)
    with pytest.raises(ValueError, match="initial is not fitted yet"):
        LinearSVM().fit(x, y, initial=LinearSVM())
    svm = LinearSVM(0.1).fit(x, y)
    with pytest.raises(ValueError, match=r"x has shape \(400, 11\), expected \(N, D\) with D=12"):
        svm.predict(x[:, 1:])
    with pytest.raises(TypeError, match="x is float32 but coef_ is float64"):
        svm.predict(x.astype("float32"))
    with pytest.raises(ValueError, match=r"y has shape \(3,\), expected \(400,\)"):
        svm.score(x, y[:3])
    with pytest.raises(ValueError, match="initial knows the classes"):
        LinearSVM().fit(x, y + 1, initial=svm)
    with pytest.raises(ValueError, match=r"initial has shape \(4, 12\), expected \(K, D\) with D=11"):
        LinearSVM().fit(x[:, 1:], y, initial=svm)
