"""ZCA whitening as a scikit-learn transformer."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.base import BaseEstimator, OneToOneFeatureMixin, TransformerMixin
from sklearn.utils import check_array
from sklearn.utils.validation import check_is_fitted, validate_data

from wta_np.data.whitening import Whitening


class ZCAWhitener(OneToOneFeatureMixin, TransformerMixin, BaseEstimator):
    """`wta_np.data.Whitening` of kind "zca" with scikit-learn's methods; for PCA, scikit-learn has `PCA(whiten=True)`.

    Each feature that comes out stands in the place of one that went in, so that images stay images.

    Parameters
    ----------
    retain : float in (0, 1]
        Share of the variance that the retained directions have.
    epsilon : float
        What is added to every variance, in the units of the data squared.

    Attributes
    ----------
    whitening_ : wta_np.data.Whitening
    mean_ : ndarray, shape (D,)
    components_ : ndarray, shape (K, D)
        The retained directions, the largest variance first.
    explained_variance_ : ndarray, shape (K,)
    n_features_in_ : int
        D.
    feature_names_in_ : ndarray of str, shape (D,)
        Names of the columns, if the data were a DataFrame with names.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> x = rng.normal(size=(1000, 3)) @ rng.normal(size=(3, 3))
    >>> y = ZCAWhitener(retain=1).fit_transform(x)
    >>> bool(np.allclose(y.T @ y / 1000, np.eye(3)))
    True
    """

    def __init__(self, retain: float = 0.99, *, epsilon: float = 0.0) -> None:
        self.retain = retain
        self.epsilon = epsilon

    def fit(self, X: Any, y: Any = None) -> ZCAWhitener:
        """Mean, directions and variances of samples.

        Parameters
        ----------
        X : array or DataFrame, shape (N, D)
            At least two samples that differ.
        y : None
            Ignored.

        Returns
        -------
        self

        Raises
        ------
        TypeError, ValueError
            An option is wrong, or X holds NaN or infinities, or has no variance.
        """
        X = validate_data(self, X, dtype=[np.float64, np.float32], ensure_min_samples=2)
        self.whitening_ = Whitening("zca", self.retain, self.epsilon).fit(X)
        self.mean_, self.components_ = self.whitening_.mean_, self.whitening_.components_
        self.explained_variance_ = self.whitening_.explained_variance_
        return self

    def transform(self, X: Any) -> np.ndarray:
        """Whitened samples: ndarray, shape (N, D); of float32 data float32, else float64."""
        check_is_fitted(self, "whitening_")
        return self.whitening_.transform(validate_data(self, X, dtype=[np.float64, np.float32], reset=False))

    def inverse_transform(self, X: Any) -> np.ndarray:
        """Samples from whitened ones, without the directions that were left out: ndarray, shape (N, D)."""
        check_is_fitted(self, "whitening_")
        return self.whitening_.inverse_transform(
            check_array(X, dtype=[np.float64, np.float32], input_name="X")
        )

    def __sklearn_tags__(self) -> Any:
        """What scikit-learn's tools ask: float32 stays float32."""
        tags = super().__sklearn_tags__()
        tags.transformer_tags.preserves_dtype = ["float64", "float32"]
        return tags
