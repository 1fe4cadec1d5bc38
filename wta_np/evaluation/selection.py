"""Choosing C of the linear SVM on held-out training data, and the test error that results.

The test set takes no part in the choice: `choose_C` never gets it, and `evaluate_features` looks at it
once, after everything is fixed.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy

from wta_np._utils.validation import check_arrays, check_finite, check_number
from wta_np.backend import array_module, backend_name, to_backend, to_numpy
from wta_np.distributed.labels import all_codes
from wta_np.distributed.ranks import ONE_RANK, Ranks
from wta_np.evaluation.features import encode_batches
from wta_np.evaluation.labels import check_labels
from wta_np.evaluation.storage import Rows, empty_features, row_slices, take_rows
from wta_np.evaluation.svm import LinearSVM

FACTOR, LOWEST, HIGHEST = 4.0, -5, 7  # the default grid: FACTOR**k / mean |x|^2
PATIENCE = 2  # values of C in succession that are worse than the best before a default grid ends


@dataclass(frozen=True)
class Choice:
    """What `choose_C` found.

    C : float, the chosen value
    table : list of (C, held-out error in percent), from the smallest C tried to the largest
    at_edge : bool, whether C is the smallest or largest value tried, so that a better one may lie beyond
    svm : LinearSVM, fitted at C without the held-out samples
    """

    C: float
    table: list[tuple[float, float]]
    at_edge: bool
    svm: LinearSVM


@dataclass(frozen=True)
class Evaluation:
    """What `evaluate_features` found.

    test_error_percent : float; `test_error` is its old name
    C : float, chosen on held-out training data
    seconds : float, for choosing, fitting and testing
    choice : Choice, with the table of held-out errors
    svm : LinearSVM, fitted to all training data
    """

    test_error_percent: float
    C: float
    seconds: float
    choice: Choice
    svm: LinearSVM

    @property
    def test_error(self) -> float:
        """The old name of `test_error_percent`."""
        return self.test_error_percent


def split(y: Any, held_out: float = 1 / 6, rng: Any = 0) -> tuple[numpy.ndarray, numpy.ndarray]:
    """Indices of the samples to fit and of those to hold out, shuffled and stratified.

    The shuffled samples are laid out class by class and held out at even distances, so each class gives
    its share to within one sample. One sample of each class always stays to be fitted.

    Parameters
    ----------
    y : array, shape (N,)
        Labels.
    held_out : float in (0, 1)
        Share to hold out.
    rng : int or numpy.random.Generator

    Returns
    -------
    fitted, held : numpy.ndarray of int
        Sorted; together each index once.

    Raises
    ------
    TypeError, ValueError
        If `held_out` is outside (0, 1), or so small that nothing would be held out.

    Examples
    --------
    >>> fitted, held = split(["a"] * 8 + ["b"] * 4, held_out=0.25)
    >>> len(fitted), int((held < 8).sum()), int((held >= 8).sum())
    (9, 2, 1)
    """
    y = to_numpy(y)
    share = check_number("held_out", held_out, 0, 1, above=True)
    _, codes = numpy.unique(y, return_inverse=True)
    shuffled = numpy.random.default_rng(rng).permutation(len(y))
    by_class = shuffled[numpy.argsort(codes[shuffled], kind="stable")]
    first = numpy.diff(codes[by_class], prepend=-1) > 0  # the first of each class
    by_class, kept = by_class[~first], by_class[first]
    # Held out are the places where share * place passes the next whole number.
    marks = numpy.floor(share * numpy.arange(len(by_class) + 1) + 0.5)
    chosen = numpy.diff(marks) > 0
    if share == 1 or not chosen.any():
        raise ValueError(
            f"held_out is {share:g}, which holds out {chosen.sum()} of {len(y)} samples: "
            "expected a share between 0 and 1 that holds out at least one"
        )
    return numpy.sort(numpy.concatenate([kept, by_class[~chosen]])), numpy.sort(by_class[chosen])


def choose_C(
    x: Any,
    y: Any,
    Cs: Sequence[float] | None = None,
    held_out: float = 1 / 6,
    rng: Any = 0,
    tol: float = 1e-3,
    ranks: Ranks = ONE_RANK,
) -> Choice:
    """The C with the smallest error on a held-out part of the training set; the smaller one of equals.

    Each SVM starts at the weights for the next smaller C, which makes the whole series cost little more
    than its last member.

    Parameters
    ----------
    x : ndarray, shape (N, D)
        Training features. Part of them is copied for fitting, the rest for judging; of a `numpy.memmap` nothing is.
    y : array, shape (N,)
        Their labels.
    Cs : sequence of floats, optional
        Values to try, all of them. By default ``4^k / mean |x|^2`` for k = -5, -4, ..., up to k = 7, but
        ending after two values in succession that are worse than the best: C has the scale of
        ``1 / |x|^2``, and a large C takes the longest.
    held_out : float in (0, 1)
        Share of the samples to judge by, see `split`.
    rng : int or numpy.random.Generator
        Decides which samples those are.
    tol : float
        Of each `LinearSVM`.
    ranks : Ranks
        Processes that hold the samples, each its own, in the order of ranks; see `LinearSVM.fit`. Which samples are
        held out does not depend on how many ranks there are.

    Returns
    -------
    Choice

    Raises
    ------
    TypeError, ValueError
        As `LinearSVM.fit` and `split`; if `Cs` is empty or holds a number that is not above 0; if x is
        zero everywhere.
    """
    with ranks.together():
        check_arrays(x=(x, "N D"))
        y = check_labels(y, len(x), some=ranks.size == 1)
        check_finite("x", x)
    fitted, held = _own_split(y, held_out, rng, ranks)
    if Cs is None:
        scale = _mean_squared_norm(x, ranks)
        grid, patience = [FACTOR**k / scale for k in range(LOWEST, HIGHEST + 1)], PATIENCE
    else:
        grid = sorted({check_number("Cs", C, 0, above=True) for C in Cs})
        patience = len(grid)
    if not grid:
        raise ValueError("Cs is empty, expected at least one value")
    name = backend_name(x)
    x_fit, x_held = (take_rows(x, to_backend(rows, name)) for rows in (fitted, held))
    table, best, svm, worse = [], None, None, 0
    for C in grid:
        svm = LinearSVM(C, tol=tol).fit(x_fit, y[fitted], initial=svm, ranks=ranks)
        error = _error(svm, x_held, y[held], ranks)
        table.append((C, error))
        worse = worse + 1 if best is not None and error > best[0] else 0
        if best is None or error < best[0]:
            best = error, svm
        if worse == patience:
            break
    C = best[1].C
    return Choice(C, table, C in (table[0][0], table[-1][0]), best[1])


def evaluate_features(
    x_train: Any,
    y_train: Any,
    x_test: Any,
    y_test: Any,
    Cs: Sequence[float] | None = None,
    held_out: float = 1 / 6,
    rng: Any = 0,
    tol: float = 1e-3,
    unit_scale: bool = False,
    ranks: Ranks = ONE_RANK,
) -> Evaluation:
    """Test error of a linear SVM on features: C from `choose_C`, then fitted to all training data.

    Parameters
    ----------
    x_train, x_test : ndarray, shapes (N, D) and (N_test, D)
        Features.
    y_train, y_test : array, shapes (N,) and (N_test,)
        Labels.
    Cs, held_out, rng, tol
        See `choose_C`, which sees the training data only.
    unit_scale : bool
        Divide each feature by its standard deviation over the training data. Zeros stay zeros. Worth it
        where features differ much in size, as pooled feature maps do: `evaluate_model` and ``wta-np eval``
        do so for models whose codes are maps.
    ranks : Ranks
        As of `choose_C`: each gives its own samples, and all find the same.

    Returns
    -------
    Evaluation

    Raises
    ------
    TypeError, ValueError
        As `choose_C`; if the test features do not fit the training features.
    """
    check_arrays(x_train=(x_train, "N D"), x_test=(x_test, "N_test D"))
    with ranks.together():
        y_test = check_labels(y_test, len(x_test), "y_test", "x_test", some=ranks.size == 1)
    start = time.perf_counter()
    if unit_scale:
        x_train, x_test = _unit_scale(x_train, x_test, ranks)
    choice = choose_C(x_train, y_train, Cs, held_out, rng, tol, ranks)
    svm = LinearSVM(choice.C, tol=tol).fit(x_train, y_train, initial=choice.svm, ranks=ranks)
    test_error_percent = _error(svm, x_test, y_test, ranks)
    return Evaluation(test_error_percent, choice.C, time.perf_counter() - start, choice, svm)


def evaluate_model(
    model: Any,
    x_train: Any,
    y_train: Any,
    x_test: Any,
    y_test: Any,
    batch_size: int = 200,
    progress: bool = False,
    **options: Any,
) -> Evaluation:
    """Test error of a linear SVM on a model's features, as ``wta-np eval`` measures it.

    Parameters
    ----------
    model : FCWTA, ConvWTA, RBM or Stack
        Its `features` are judged; each is divided by its standard deviation if the codes are maps.
    x_train, x_test : ndarray, shapes (N, ...) and (N_test, ...)
        What the model takes.
    y_train, y_test : array, shapes (N,) and (N_test,)
        Labels.
    batch_size : int
        Samples to encode at once.
    progress : bool
        Show progress bars.
    **options
        Of `evaluate_features`.

    Returns
    -------
    Evaluation

    Raises
    ------
    TypeError, ValueError
        As `evaluate_features`.
    """
    z_train, z_test = (encode_batches(model.features, x, batch_size, progress) for x in (x_train, x_test))
    options = {"unit_scale": model.outputs_maps, **options}
    return evaluate_features(z_train, y_train, z_test, y_test, **options)


def _own_split(y, held_out, rng, ranks):
    """`split` of the labels of all ranks, as far as it concerns the samples of this one."""
    if ranks.size == 1:
        return split(y, held_out, rng)
    codes, first = all_codes(y, ranks)
    return tuple(
        indices[(indices >= first) & (indices < first + len(y))] - first
        for indices in split(codes, held_out, rng)
    )


def _error(svm, x, y, ranks):
    """Share of wrong predictions on the samples of all ranks, in percent."""
    parts = row_slices(x) if isinstance(x, (Rows, numpy.memmap)) else [slice(None)]
    right = sum((svm.predict(x[rows]) == y[rows]).sum() for rows in parts)
    counts = ranks.sum(numpy.array([right, len(y)], "float64"))
    return float(100 * (1 - counts[0] / counts[1]))


def _unit_scale(x_train, x_test, ranks):
    """Both divided by the training data's standard deviation of each feature; constant ones unchanged."""
    array_module(x_train=x_train, x_test=x_test)
    scale = deviations(x_train, ranks)
    return _divided(x_train, scale), _divided(x_test, scale)


def _divided(x, scale):
    """``x / scale``; of an array in a file, in a file."""
    if not isinstance(x, numpy.memmap):
        return x / scale
    y = empty_features(x.shape, x.dtype, 0)
    for rows in row_slices(x):
        y[rows] = x[rows] / scale
    return y


def deviations(x: Any, ranks: Ranks = ONE_RANK) -> Any:
    """Standard deviation of each feature, ndarray (D,), 1 where it never varies; without a copy of x.

    Dividing by it gives all features unit variance and leaves constant ones as they are. Of several `ranks`, each gives
    its own samples.
    """
    xp = array_module(x=x)
    n = _number(x, ranks)
    mean = ranks.sum(x.sum(axis=0, dtype="float64")) / n
    square = xp.zeros_like(mean)
    for block in (x[rows] for rows in row_slices(x)):
        square += xp.square(block - mean).sum(axis=0)
    deviation = xp.sqrt(ranks.sum(square) / n).astype(x.dtype)
    return xp.where(deviation > 0, deviation, xp.ones_like(deviation))


def _mean_squared_norm(x, ranks):
    """``1/N sum_n |x_n|^2``, in float64, without a second array of the size of x."""
    xp = array_module(x=x)
    total = 0.0
    for block in (x[rows] for rows in row_slices(x)):
        total += float(xp.multiply(block, block, dtype="float64").sum())
    total = float(ranks.sum(numpy.array([total]))[0])
    if total == 0:
        raise ValueError("x is zero everywhere, expected features")
    return total / _number(x, ranks)


def _number(x, ranks):
    """Samples of all ranks."""
    return int(ranks.sum(numpy.array([len(x)]))[0])
