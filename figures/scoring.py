"""How features are scored: a linear SVM whose C, as every other choice, is made on held-out training images."""

import time

import numpy as np

from wta_np.evaluation import LinearSVM, choose_C, encode_batches
from wta_np.evaluation.selection import FACTOR, HIGHEST, LOWEST, PATIENCE, deviations
from wta_np.evaluation.storage import empty_features
from wta_np.ops import linear_forward, sigmoid, softplus

WORSE = 0.08  # percentage points that end `held_out_table`


def encode(features, *xs):
    """The features of each of `xs`, in batches, with progress bars."""
    return [encode_batches(features, x, 200, progress=True) for x in xs]


def joined(parts):
    """Features of the same images side by side: ndarray (N, sum of D), in a file if there are too many."""
    z = empty_features((len(parts[0]), sum(part.shape[1] for part in parts)), parts[0].dtype)
    start = 0
    for part in parts:
        z[:, start : start + part.shape[1]] = part
        start += part.shape[1]
    return z


def mean_squared_norm(z):
    """``1/N sum_n |z_n|^2``, without an array of the size of z."""
    return float(sum(np.square(row, dtype=np.float64).sum() for row in z) / len(z))


def scale_in_place(z, *others):
    """Divide each feature by its standard deviation over `z`, in all arrays, without a copy of any."""
    scale = deviations(z)
    for array in (z, *others):
        array /= scale


def score_features(z_train, y_train, z_test, y_test, seed=0):
    """Test error of a linear SVM, fitted to all training images once C is chosen on a sixth of them."""
    return score_best({"features": lambda: (z_train, z_test)}, y_train, y_test, seed)


def score_best(candidates, y_train, y_test, seed=0, powers=None):
    """The same for the candidate with the smallest held-out error, the first of equals.

    Parameters
    ----------
    candidates : dict of str to function
        Each gives (z_train, z_test) when it is called: of several only one is in memory.
    powers : sequence of int, optional
        The k of ``C = 4^k / mean |z|^2`` that are tried; by default those of `wta_np.evaluation.choose_C`.

    Returns
    -------
    dict
        JSON-ready.
    """
    started, choices = time.perf_counter(), {}
    for name, make in candidates.items():
        z_train, _ = make()
        Cs = None if powers is None else [FACTOR**k / mean_squared_norm(z_train) for k in powers]
        choices[name] = choose_C(z_train, y_train, Cs, rng=seed)
    errors = {name: min(error for _, error in choice.table) for name, choice in choices.items()}
    best = min(errors, key=errors.get)
    (z_train, z_test), choice = candidates[best](), choices[best]
    svm = LinearSVM(choice.C).fit(z_train, y_train, initial=choice.svm)
    result = {
        "test error, %": round(100 * (1 - svm.score(z_test, y_test)), 2),
        "held-out error, %": round(errors[best], 2),
        "C": choice.C,
        "C is the smallest or largest tried": choice.at_edge,
        "held-out errors by C": [[C, round(error, 2)] for C, error in choice.table],
        "features": z_train.shape[1],
        "SVM seconds": round(time.perf_counter() - started, 1),
    }
    if len(errors) > 1:
        result["held-out errors by choice"] = {name: round(error, 2) for name, error in errors.items()}
        result["choice"] = best
    return result


def score_layers(zs, y_train, y_test, seed=0):
    """The same of one layer, or of two: then of the second alone or of both, as held-out images choose.

    Parameters
    ----------
    zs : list of pair of ndarray
        (z_train, z_test) of each layer.
    """
    if len(zs) == 1:
        return score_features(zs[0][0], y_train, zs[0][1], y_test, seed)
    first, second = zs
    choices = {
        "second layer": lambda: second,
        "both layers": lambda: [joined(parts) for parts in zip(first, second)],
    }
    return score_best(choices, y_train, y_test, seed)


READOUTS = {  # of an RBM's log odds a: name -> (function, whether each feature is scaled to unit variance)
    "sigmoid(a)": (sigmoid, False),
    "sigmoid(a), unit variance": (sigmoid, True),
    "sigmoid(a / 2)": (lambda a: sigmoid(a / 2), False),
    "softplus(a), unit variance": (softplus, True),
}


def log_odds(rbm, x):
    """``x W + b_h``, the log odds of each hidden unit."""
    return linear_forward(x, rbm.params["W"], rbm.params["b_h"])


def score_rbm(rbm, x_train, y_train, x_test, y_test, seed=0, readouts=tuple(READOUTS), powers=None):
    """The same of an RBM's hidden units, in that one of the `readouts` that is best on held-out images.

    With ``a = x W + b_h``: their probabilities sigmoid(a), as they are or of unit variance; sigmoid(a / 2), which
    tells the SVM more of units that are nearly off or on, as most are; and softplus(a), the units' terms of the
    free energy, of unit variance.
    """
    a_s = encode(lambda x: log_odds(rbm, x), x_train, x_test)

    def features(read, scaled):
        zs = [read(a) for a in a_s]
        if scaled:
            scale_in_place(*zs)
        return zs

    candidates = {name: lambda name=name: features(*READOUTS[name]) for name in readouts}
    return score_best(candidates, y_train, y_test, seed, powers)


def cross_validated_C(x, y, folds=5, rng=0):
    """The C with the smallest error over `folds` parts of few labelled samples; the smaller one of equals.

    Values as in `wta_np.evaluation.choose_C`: ``4^k / mean |x|^2``, until two in succession are worse.
    """
    shuffled = np.random.default_rng(rng).permutation(len(y))
    by_class = shuffled[np.argsort(y[shuffled], kind="stable")]
    parts = [
        by_class[i::folds] for i in range(folds)
    ]  # dealt like cards: each has every class about as often
    scale = mean_squared_norm(x)
    svms, best, worse = [None] * folds, None, 0
    for k in range(LOWEST, HIGHEST + 1):
        wrong = 0
        for i, held in enumerate(parts):
            fitted = np.setdiff1d(np.arange(len(y)), held)
            svms[i] = LinearSVM(FACTOR**k / scale).fit(x[fitted], y[fitted], initial=svms[i])
            wrong += (svms[i].predict(x[held]) != y[held]).sum()
        worse = worse + 1 if best is not None and wrong > best[0] else 0
        if best is None or wrong < best[0]:
            best = wrong, FACTOR**k / scale
        if worse == PATIENCE:
            break
    return best[1]


def held_out_error(z_fit, y_fit, z_held, y_held, c):
    """Error in percent of an SVM with ``C = c / mean |z|^2`` on images that were not fitted: no test image."""
    scale = mean_squared_norm(z_fit)
    if scale == 0:
        return float("nan")
    return 100 * (1 - LinearSVM(c / scale).fit(z_fit, y_fit).score(z_held, y_held))


def held_out_table(z_fit, y_fit, z_held, y_held):
    """[(k, error in percent)] on images that were not fitted, for growing ``C = 4^k / mean |z|^2`` while it pays.

    It ends when an error is above the smallest by more than `WORSE`.
    """
    scale = mean_squared_norm(z_fit)
    svm, table = None, []
    for k in range(1, HIGHEST + 1):
        svm = LinearSVM(FACTOR**k / scale, tol=1e-2).fit(z_fit, y_fit, initial=svm)
        table.append((k, round(100 * (1 - svm.score(z_held, y_held)), 2)))
        if table[-1][1] > min(error for _, error in table) + WORSE:
            break
    return table
