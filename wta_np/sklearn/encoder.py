"""What the encoders share: a model that is made in `fit`, trained by `wta_np.fit`, and asked for codes."""

from __future__ import annotations

import math
from abc import abstractmethod
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator, ClassNamePrefixFeaturesOutMixin, TransformerMixin
from sklearn.utils import check_array, check_random_state
from sklearn.utils.validation import check_is_fitted, validate_data

from wta_np._utils.validation import check_int
from wta_np.evaluation import encode_batches
from wta_np.models import Model
from wta_np.sklearn.stream import learn
from wta_np.training import SGD, fit

DTYPES = ("float32", "float64")


class ModelEncoder(ClassNamePrefixFeaturesOutMixin, TransformerMixin, BaseEstimator):
    """Base class of the encoders. A subclass has ``__init__`` and `_make_model`, the rest where it differs.

    Data are arrays or data frames (N, D); `fit` and `partial_fit` ignore `y`.
    """

    model_: Any
    batch_size: int
    dtype: Any
    epochs: int
    lr: float | None
    momentum: float | None
    random_state: Any
    verbose: Any

    @abstractmethod
    def _make_model(self, n_features: int, seed: int) -> Model:
        """A model for samples of `n_features` values, its weights drawn with `seed`."""

    def fit(self, X: Any, y: Any = None) -> ModelEncoder:
        """Make a new model, and train it on samples for `epochs` epochs.

        An integer as `random_state` gives the weights of ``wta_np.fit(model, ..., rng=random_state)`` with a model of
        the same seed, bit for bit.

        Parameters
        ----------
        X : array or DataFrame, shape (N, D)
        y : None
            Ignored.

        Returns
        -------
        self

        Raises
        ------
        TypeError, ValueError
            An option is wrong, or X holds NaN, infinities or something else than numbers.
        DivergenceError
            The training diverged, or every unit died: `wta_np.training.DivergenceError`.
        KeyboardInterrupt
            Ctrl-C or SIGTERM ended the training.
        """
        x = self._samples(X, reset=True)
        seed = self._begin(x)
        batch_size = min(self._batch_size, len(x))
        self.history_ = fit(
            self.model_, x, self.epochs, batch_size, self._optimizer, rng=seed, progress=bool(self.verbose)
        )
        if self.history_.interrupted:  # a search would go on to its next training
            raise KeyboardInterrupt
        self.n_steps_ = self.epochs * math.ceil(len(x) / batch_size)
        return self

    def partial_fit(self, X: Any, y: Any = None) -> ModelEncoder:
        """Go on with the training: one step for each mini-batch of these samples, in the order of its rows.

        For data that do not fit into memory, or come one after another. Each call should bring a mini-batch or more,
        shuffled: a unit may be active on the share `lifetime` of a mini-batch. Momentum is kept from call to call.

        Parameters
        ----------
        X : array or DataFrame, shape (N, D)
            The first call, if there was no `fit`, says what D is. Cut into mini-batches of `batch_size`.
        y : None
            Ignored.

        Returns
        -------
        self

        Raises
        ------
        TypeError, ValueError
            As `fit`, or X has another D.
        DivergenceError
            The loss became NaN or infinite. The model is then of no further use.

        Warns
        -----
        RuntimeWarning
            No unit was active on any of these samples.
        """
        first = not hasattr(self, "model_")
        x = self._samples(X, reset=first)
        if first:
            self._begin(x)
        self.n_steps_ = learn(self.model_, self._optimizer, x, self._batch_size, self.n_steps_)
        return self

    def transform(self, X: Any) -> np.ndarray:
        """Codes of samples, each by itself: the sparsity constraints are released.

        Parameters
        ----------
        X : array or DataFrame, shape (N, D)

        Returns
        -------
        ndarray, shape (N, M)
            In the model's dtype; a DataFrame after ``set_output(transform="pandas")``.
        """
        check_is_fitted(self, "model_")
        return encode_batches(self._features, self._samples(X, reset=False))

    def inverse_transform(self, X: Any) -> np.ndarray:
        """What the decoder makes of codes.

        Parameters
        ----------
        X : array or DataFrame, shape (N, M)

        Returns
        -------
        ndarray, shape (N, D)
        """
        check_is_fitted(self, "model_")
        z = check_array(X, dtype=self.model_.dtype, input_name="X")
        if z.shape[1] != self._n_features_out:
            raise ValueError(
                f"X has shape {z.shape}, expected (N, {self._n_features_out}): codes from transform"
            )
        return encode_batches(self._decode, z)

    @property
    def components_(self) -> np.ndarray:  # noqa: D102  the docstring of each subclass says what it is
        check_is_fitted(self, "model_")
        return self.model_.atoms.reshape(len(self.model_.atoms), -1)

    @property
    def _batch_size(self):
        return check_int("batch_size", self.batch_size, 1)

    def _samples(self, X, reset):
        """`X`, checked, in the dtype and the shape of a sample that the model takes."""
        if reset and dtype_name(self.dtype) not in DTYPES:
            raise ValueError(f"dtype is {self.dtype!r}, expected one of {', '.join(DTYPES)}")
        dtype = np.dtype(self.dtype) if reset else self.model_.dtype
        return validate_data(self, X, dtype=dtype, reset=reset)

    def _begin(self, x):
        """A new model for samples such as `x`, and its optimizer; the seed, which draws the order of samples, too."""
        given = self.random_state
        if isinstance(given, (int, np.integer)):
            seed = check_int("random_state", given, 0)
        else:
            seed = int(check_random_state(given).randint(2**31 - 1))
        model = self._make_model(self.n_features_in_, seed)
        lr = model.default_lr if self.lr is None else self.lr
        momentum = model.default_momentum if self.momentum is None else self.momentum
        self._optimizer = SGD(lr, momentum)
        self.model_, self.n_steps_ = model, 0
        self._n_features_out = self._features(x[:1]).shape[1]  # by which they are named
        return seed

    def _features(self, x):
        return self.model_.features(x)

    def _decode(self, z):
        return self.model_.decode(z)

    def __sklearn_tags__(self) -> Any:
        """What scikit-learn's tools ask: here, which dtype comes out as it went in."""
        tags = super().__sklearn_tags__()
        tags.transformer_tags.preserves_dtype = [dtype_name(self.dtype)]
        return tags


def dtype_name(dtype: Any) -> str:
    """Name of a dtype, however it was given; empty if it is none.

    Examples
    --------
    >>> dtype_name(np.float32), dtype_name("float128 or so")
    ('float32', '')
    """
    try:
        return np.dtype(dtype).name
    except TypeError:
        return ""
