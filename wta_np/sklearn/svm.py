"""The linear SVM as a scikit-learn classifier."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted, validate_data

from wta_np.evaluation import LinearSVM


class LinearSVMClassifier(ClassifierMixin, BaseEstimator):
    """`wta_np.LinearSVM` with scikit-learn's methods and checks: squared hinge, one class against the rest.

    scikit-learn's `LinearSVC` has the same objective; this one takes all classes at once, in the dtype of the data.

    Parameters
    ----------
    C : float above 0
        Weight of the losses against that of the regulariser.
    tol : float above 0
        Relative duality gap at which it ends.
    max_iter : int
        Largest number of Newton steps.

    Attributes
    ----------
    svm_ : wta_np.LinearSVM
    classes_ : ndarray, shape (n_classes,)
    coef_ : ndarray, shape (n_classes, D), or (1, D) for two classes
    intercept_ : ndarray, shape (n_classes,), or (1,)
    n_iter_ : int
        Newton steps.
    n_features_in_ : int
        D.
    feature_names_in_ : ndarray of str, shape (D,)
        Names of the columns, if the data were a DataFrame with names.

    Examples
    --------
    >>> classifier = LinearSVMClassifier(C=10).fit([[0], [1], [4], [5]], ["low", "low", "high", "high"])
    >>> classifier.predict([[-3], [9]]).tolist()
    ['low', 'high']
    """

    def __init__(self, C: float = 1.0, *, tol: float = 1e-3, max_iter: int = 200) -> None:
        self.C = C
        self.tol = tol
        self.max_iter = max_iter

    def fit(self, X: Any, y: Any) -> LinearSVMClassifier:
        """Find the weights.

        Parameters
        ----------
        X : array or DataFrame, shape (N, D)
            float32 stays float32; other numbers become float64.
        y : array, shape (N,)
            Labels.

        Returns
        -------
        self

        Raises
        ------
        TypeError, ValueError
            An option is wrong, X holds NaN or infinities, or y holds continuous values or fewer than two classes.
        """
        X, y = validate_data(self, X, y, dtype=[np.float64, np.float32])
        check_classification_targets(y)
        self.classes_, codes = np.unique(y, return_inverse=True)
        if len(self.classes_) < 2:
            raise ValueError(f"y holds one class, {self.classes_[0]!r}; expected at least two classes")
        self.svm_ = LinearSVM(self.C, tol=self.tol, max_iter=self.max_iter).fit(X, codes)
        self.coef_, self.intercept_, self.n_iter_ = self.svm_.coef_, self.svm_.intercept_, self.svm_.n_iter_
        return self

    def decision_function(self, X: Any) -> np.ndarray:
        """Scores: (N, n_classes), or (N,) for two classes, positive for the second."""
        check_is_fitted(self, "svm_")
        return self.svm_.decision_function(validate_data(self, X, dtype=self.coef_.dtype, reset=False))

    def predict(self, X: Any) -> np.ndarray:
        """The most likely label of each sample: ndarray, shape (N,)."""
        check_is_fitted(self, "svm_")
        return self.classes_[self.svm_.predict(validate_data(self, X, dtype=self.coef_.dtype, reset=False))]
