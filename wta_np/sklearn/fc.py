"""FC-WTA as a scikit-learn transformer."""

from __future__ import annotations

from typing import Any

from wta_np.models import FCWTA, Model
from wta_np.sklearn.encoder import ModelEncoder


class FCWTAEncoder(ModelEncoder):
    """Features of a fully connected winner-take-all autoencoder: `wta_np.FCWTA` with scikit-learn's methods.

    Parameters
    ----------
    n_hidden : int or list of int
        M, hidden units; a list makes a stack of ReLU layers.
    lifetime : float in (0, 1] or None
        Share of the mini-batch on which a unit may be active during training; None: no constraint.
    tied : bool
        Decode with the transposed encoder weights.
    epochs : int
        Passes through the data in `fit`.
    batch_size : int
        Samples in a mini-batch; all of them, if there are fewer.
    lr, momentum : float or None
        Of `wta_np.SGD`; None: those of the model, which suit data in [0, 1].
    dtype : {"float32", "float64"}
        Of the model and of the codes, whatever the data are.
    random_state : int, RandomState or None
        Draws the weights and the order of the samples.
    verbose : bool
        Show a progress bar in `fit`.

    Attributes
    ----------
    model_ : wta_np.FCWTA
    history_ : wta_np.History
        Loss, sparsity and dead units of each epoch of `fit`; there is none after `partial_fit` alone.
    components_ : ndarray, shape (M, D)
        The dictionary: row j is what unit j adds to a reconstruction.
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
    >>> encoder = FCWTAEncoder(20, epochs=2, random_state=0)
    >>> encoder.fit_transform(x).shape
    (500, 20)
    >>> encoder.inverse_transform(encoder.transform(x)).shape
    (500, 784)
    """

    def __init__(
        self,
        n_hidden: int | list[int] = 100,
        *,
        lifetime: float | None = 0.05,
        tied: bool = False,
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
        self.tied = tied
        self.epochs = epochs
        self.batch_size = batch_size
        self.lr = lr
        self.momentum = momentum
        self.dtype = dtype
        self.random_state = random_state
        self.verbose = verbose

    def _make_model(self, n_features: int, seed: int) -> Model:
        return FCWTA(
            n_features, self.n_hidden, lifetime=self.lifetime, tied=self.tied, rng=seed, dtype=self.dtype
        )
