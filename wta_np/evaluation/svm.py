"""The linear support vector machine that judges features: L2-regularised squared hinge, one against the rest.

The objective is that of LIBLINEAR's L2-loss SVM, where the bias belongs to a constant feature 1 and is
regularised with the weights (Fan et al. 2008). `wta_np.evaluation.newton` minimises it.
"""

from __future__ import annotations

import warnings
from typing import Any

import numpy

from wta_np._utils.options_by_name import options_by_name
from wta_np._utils.validation import check_arrays, check_finite, check_int, check_number
from wta_np.backend import array_module, backend_name, to_backend, to_numpy
from wta_np.distributed.agreement import agree
from wta_np.distributed.labels import all_classes
from wta_np.distributed.ranks import ONE_RANK, Ranks
from wta_np.evaluation.labels import check_comparable, check_labels
from wta_np.evaluation.newton import minimise, scores
from wta_np.evaluation.storage import Rows

PARAMETERS = ("C", "tol", "max_iter")  # of LinearSVM


class NotFittedError(ValueError, AttributeError):
    """A method of an estimator was called before its `fit`, as scikit-learn's error of this name."""


NotFittedError.__module__ = "wta_np.evaluation"


class LinearSVM:
    """Linear classifier: for each class k, ``1/2 |(w_k, b_k)|^2 + C sum_n max(0, 1 - t_nk s_nk)^2``.

    ``s = x W^T + b``, and t_nk is +1 if sample n is of class k and -1 if not. The class with the largest
    score is predicted. Of two classes only the second is set against the first, since the other problem
    is its mirror image.

    Parameters
    ----------
    C : float above 0
        Weight of the losses against that of the regulariser. Its scale is one over that of ``|x_n|^2``.
    tol : float above 0
        Relative duality gap: the objective ends at most this fraction above its minimum (proved at the
        end, not estimated), the weights at most ``sqrt(tol)`` of their norm away from the best.
    max_iter : int
        Largest number of Newton steps; 5 to 15 are usual.

    Attributes
    ----------
    classes_ : numpy.ndarray, shape (n_classes,)
        The labels, sorted.
    coef_ : ndarray, shape (n_classes, D), or (1, D) for two classes
        Weights, of the library and dtype of the data.
    intercept_ : ndarray, shape (n_classes,), or (1,)
    gap_ : numpy.ndarray, shape (n_classes,), or (1,)
        ``|gradient|^2 / |(w, b)|^2`` at the end, a bound of the relative duality gap.
    n_features_in_ : int
        D, the features of the data that it was fitted to.
    n_iter_, n_products_ : int
        Newton steps, and products with the Hessian: each reads x once.

    Examples
    --------
    >>> import numpy
    >>> x = numpy.array([[0.0], [1.0], [4.0], [5.0]])
    >>> svm = LinearSVM(C=10).fit(x, ["low", "low", "high", "high"])
    >>> svm.predict(numpy.array([[-3.0], [9.0]])).tolist()
    ['low', 'high']
    """

    _estimator_type = "classifier"  # for scikit-learn

    @options_by_name
    def __init__(self, C: float = 1.0, *, tol: float = 1e-3, max_iter: int = 200) -> None:
        self.C = check_number("C", C, 0, above=True)
        self.tol = check_number("tol", tol, 0, above=True)
        self.max_iter = check_int("max_iter", max_iter, 1)

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """The arguments of ``__init__``, as scikit-learn asks for them; `deep` changes nothing."""
        return {name: getattr(self, name) for name in PARAMETERS}

    def set_params(self, **params: Any) -> LinearSVM:
        """Set arguments of ``__init__`` and return this object; ValueError for one that there is not."""
        for name in params:
            if name not in PARAMETERS:
                raise ValueError(
                    f"LinearSVM has no parameter {name!r}, expected some of {', '.join(PARAMETERS)}"
                )
        checked = LinearSVM(**{**self.get_params(), **params})
        for name in PARAMETERS:
            setattr(self, name, getattr(checked, name))
        return self

    def __repr__(self) -> str:
        return f"{type(self).__name__}(C={self.C!r}, tol={self.tol!r}, max_iter={self.max_iter!r})"

    def fit(self, x: Any, y: Any, initial: LinearSVM | None = None, ranks: Ranks = ONE_RANK) -> LinearSVM:
        """Find the weights.

        When less than three quarters of the samples lie within the margin of any class, their rows are
        copied during a Newton step; no other copy of x is made. Of a `numpy.memmap` none is made at all, and a block of
        rows is read at a time: features may exceed the memory, see `wta_np.evaluation.encode_batches`.

        Parameters
        ----------
        x : ndarray of float32 or float64, shape (N, D)
        y : array or list of numbers or strings, shape (N,)
            Labels, whole numbers if they are numbers; they may stay in NumPy when x is on a GPU.
        initial : LinearSVM, optional
            Start from the weights of this one, fitted to the same classes, such as at a smaller C.
        ranks : Ranks
            Processes that fit this SVM together, see `wta_np.distributed`. Each gives its own samples as x and y, maybe
            none, and ends with the weights for all samples. No sample travels: a product with the Hessian sums
            (n_classes, D+2) numbers over the ranks.

        Returns
        -------
        LinearSVM
            This object.

        Raises
        ------
        TypeError, ValueError
            If x is not 2-D, of another dtype, holds NaN or infinities, has no features or another length
            than y; if y has fewer than two classes, lacks a label, or holds values that are no labels; if
            `initial` does not fit.

        Warns
        -----
        RuntimeWarning
            If `tol` was not reached.
        """
        with ranks.together():
            whole = x.whole if isinstance(x, Rows) else x
            xp = check_arrays(x=(whole, "N D"))
            if x.dtype.itemsize < 4:
                raise TypeError(f"x holds {x.dtype}, expected float32 or float64")
            if x.shape[1] == 0:
                raise ValueError(f"x has shape {x.shape}, expected at least one feature")
            y = check_labels(y, len(x), some=ranks.size == 1)
            if whole is x:  # of some rows of a file, `choose_C` has checked the whole
                check_finite("x", x)
        agree({"number of features": x.shape[1], "dtype of the features": str(x.dtype)}, ranks)
        classes, codes = all_classes(y, ranks)
        if len(classes) < 2:
            raise ValueError(f"y holds {len(classes)} different labels, expected at least two")
        positive = numpy.arange(len(classes)) if len(classes) > 2 else numpy.array([1])
        t = numpy.where(codes[:, None] == positive, 1, -1).astype(x.dtype)  # (N, K)
        u = None if initial is None else _initial_weights(initial, xp, whole, classes)
        found = minimise(x, to_backend(t, backend_name(whole)), self.C, u, self.tol, self.max_iter, ranks)
        self.classes_ = classes
        self.n_features_in_ = x.shape[1]
        self.coef_, self.intercept_ = found.u[:, :-1].copy(), found.u[:, -1].copy()
        self.gap_, self.n_iter_, self.n_products_ = to_numpy(found.gap), found.n_iter, found.n_products
        if not self.gap_.max() <= self.tol:  # written so that NaN, an overflow, warns too
            warnings.warn(
                f"the SVM stopped after {found.n_iter} Newton steps at a relative gap of "
                f"{self.gap_.max():.1e}, expected at most {self.tol:.1e}: "
                "scale the features, lower C, use float64 or raise max_iter",
                RuntimeWarning,
                stacklevel=2,
            )
        return self

    def decision_function(self, x: Any) -> Any:
        """Scores ``x W^T + b``: (N, n_classes), or (N,) for two classes, positive for the second.

        Raises ValueError before `fit`, if x has another number of features, or holds NaN or infinities;
        TypeError if it is of another dtype or library than the data of `fit`.
        """
        if not hasattr(self, "coef_"):
            raise NotFittedError("this LinearSVM is not fitted yet: call fit first")
        check_arrays(coef_=(self.coef_, "K D"), x=(x, "N D"))
        check_finite("x", x)
        s = scores(x, _join(self))
        return s[:, 0] if s.shape[1] == 1 else s

    def predict(self, x: Any) -> numpy.ndarray:
        """The most likely label of each sample: numpy.ndarray, shape (N,)."""
        s = self.decision_function(x)
        return self.classes_[to_numpy((s > 0).astype("int64") if s.ndim == 1 else s.argmax(axis=1))]

    def score(self, x: Any, y: Any) -> float:
        """Accuracy: the share of samples whose label is predicted, in [0, 1].

        TypeError if the labels `y` are texts and those of `fit` were numbers, or the other way round.
        """
        y = check_labels(y, len(x))
        predicted = self.predict(x)
        check_comparable(y, self.classes_)
        return float((predicted == y).mean())


def _join(svm):
    """Weights and biases as the rows u of `newton`: (K, D+1)."""
    xp = array_module(coef_=svm.coef_)
    return xp.concatenate([svm.coef_, svm.intercept_[:, None]], axis=1)


def _initial_weights(svm, xp, x, classes):
    if not hasattr(svm, "coef_"):
        raise NotFittedError("initial is not fitted yet: call its fit first")
    check_arrays(x=(x, "N D"), initial=(svm.coef_, "K D"))
    if not numpy.array_equal(svm.classes_, classes):
        raise ValueError(f"initial knows the classes {svm.classes_}, expected those of y: {classes}")
    return _join(svm)
