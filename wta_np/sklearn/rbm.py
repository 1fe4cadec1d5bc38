"""RBM and WTA-RBM as a scikit-learn transformer."""

from __future__ import annotations

from typing import Any

import numpy as np

from wta_np.models import RBM, Model
from wta_np.sklearn.encoder import ModelEncoder


class RBMEncoder(ModelEncoder):
    """Features of a restricted Boltzmann machine: `wta_np.RBM` with scikit-learn's methods.

    Parameters
    ----------
    n_hidden : int
        M, hidden units.
    lifetime : float in (0, 1] or None
        Share of the mini-batch on which a unit may be active in the positive phase, such as 0.3: the WTA-RBM. None: a
        plain RBM.
    cd_k : int
        Steps of the Gibbs chain.
    persistent : bool
        Go on with the chains of the last mini-batch (PCD).
    positive : {"probabilities", "samples"}
        What stands for h in the positive statistics.
    weight_decay : float
    warm_up : int
        Mini-batches at the start without the constraint.
    clip : bool
        Set data below 0 to 0 and above 1 to 1, as new data may be after a scaler was fitted. Otherwise they are
        refused, since a value is the probability that a visible unit is 1.
    epochs : int
        Passes through the data in `fit`.
    batch_size : int
        Samples in a mini-batch; all of them, if there are fewer.
    lr, momentum : float or None
        Of `wta_np.SGD`; None: those of the model.
    dtype : {"float32", "float64"}
        Of the model and of the codes, whatever the data are.
    random_state : int, RandomState or None
        Draws the weights, the chains and the order of the samples.
    verbose : bool
        Show a progress bar in `fit`.

    Attributes
    ----------
    model_ : wta_np.RBM
    history_ : wta_np.History
        Loss, sparsity and dead units of each epoch of `fit`; there is none after `partial_fit` alone.
    components_ : ndarray, shape (M, D)
        Row j is what unit j adds to the log odds of the pixels.
    n_steps_ : int
        Steps of gradient descent so far, those of `partial_fit` included.
    n_features_in_ : int
        D.
    feature_names_in_ : ndarray of str, shape (D,)
        Names of the columns, if the data were a DataFrame with names.

    Examples
    --------
    >>> import wta_np
    >>> x = wta_np.load("sample").flat().x_train[:500]
    >>> encoder = RBMEncoder(20, lifetime=0.3, epochs=2, random_state=0).fit(x)
    >>> encoder.transform(x).shape
    (500, 20)
    """

    def __init__(
        self,
        n_hidden: int = 100,
        *,
        lifetime: float | None = None,
        cd_k: int = 1,
        persistent: bool = False,
        positive: str = "probabilities",
        weight_decay: float = 0.0001,
        warm_up: int = 0,
        clip: bool = False,
        epochs: int = 10,
        batch_size: int = 100,
        lr: float | None = None,
        momentum: float | None = None,
        dtype: Any = "float32",
        random_state: Any = None,
        verbose: Any = False,
    ) -> None:
        self.n_hidden = n_hidden
        self.lifetime = lifetime
        self.cd_k = cd_k
        self.persistent = persistent
        self.positive = positive
        self.weight_decay = weight_decay
        self.warm_up = warm_up
        self.clip = clip
        self.epochs = epochs
        self.batch_size = batch_size
        self.lr = lr
        self.momentum = momentum
        self.dtype = dtype
        self.random_state = random_state
        self.verbose = verbose

    def _make_model(self, n_features: int, seed: int) -> Model:
        return RBM(
            n_features,
            self.n_hidden,
            lifetime=self.lifetime,
            cd_k=self.cd_k,
            rng=seed,
            persistent=self.persistent,
            positive=self.positive,
            weight_decay=self.weight_decay,
            warm_up=self.warm_up,
            dtype=self.dtype,
        )

    def _samples(self, X, reset):
        x = super()._samples(X, reset)
        return np.clip(x, 0, 1) if self.clip else x

    def __sklearn_tags__(self) -> Any:
        """What scikit-learn's tools ask: data are not negative."""
        tags = super().__sklearn_tags__()
        tags.input_tags.positive_only = not self.clip
        return tags
