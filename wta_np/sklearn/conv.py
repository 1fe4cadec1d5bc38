"""CONV-WTA as a scikit-learn transformer."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from sklearn.utils.metaestimators import available_if

from wta_np.models import ConvWTA, Model
from wta_np.sklearn.encoder import ModelEncoder


def _keeps_places(encoder: ConvWTAEncoder) -> bool:
    """Whether the codes are whole maps, which can be decoded."""
    if encoder.pool is not None:
        raise AttributeError(
            f"with pool={encoder.pool!r} codes cannot be decoded: pooling forgets the places of the winners, pool=None "
            "keeps them"
        )
    return True


class ConvWTAEncoder(ModelEncoder):
    """Features of a convolutional winner-take-all autoencoder: `wta_np.ConvWTA` with scikit-learn's methods.

    Parameters
    ----------
    n_maps : int
        F, feature maps of every encoder layer.
    image_shape : (int, int), (int, int, int) or None
        H, W and C, by which rows are taken as images, their last axis the channels; without C there is one. One length
        may be -1 and follows from the data. None: square images of one channel.
    n_layers : int
        Encoder layers.
    size, decoder_size : int
        Sides of the encoder's filters and of the atoms, both odd.
    lifetime : float in (0, 1] or None
        Share of the mini-batch on which a map may win; None: spatial sparsity alone.
    pool, stride : int, int
        Side of the windows of max-pooling, and the step between them. With ``pool=None`` a code is all maps, and
        `inverse_transform` decodes it.
    epochs : int
        Passes through the data in `fit`.
    batch_size : int
        Images in a mini-batch; all of them, if there are fewer.
    lr, momentum : float or None
        Of `wta_np.SGD`; None: those of the model, which suit data in [0, 1].
    dtype : {"float32", "float64"}
        Of the model and of the codes, whatever the data are.
    random_state : int, RandomState or None
        Draws the weights and the order of the images.
    verbose : bool
        Show a progress bar in `fit`.

    Attributes
    ----------
    model_ : wta_np.ConvWTA
    history_ : wta_np.History
        Loss, sparsity and dead maps of each epoch of `fit`; there is none after `partial_fit` alone.
    components_ : ndarray, shape (F, decoder_size * decoder_size * C)
        The dictionary; row j is the atom of map j.
    image_shape_ : (int, int, int)
        H, W, C.
    n_steps_ : int
        Steps of gradient descent so far, those of `partial_fit` included.
    n_features_in_ : int
        ``H * W * C``.
    feature_names_in_ : ndarray of str, shape (H * W * C,)
        Names of the columns, if the data were a DataFrame with names.

    Examples
    --------
    >>> import wta_np
    >>> x = wta_np.load("sample").flat().x_train[:100]
    >>> encoder = ConvWTAEncoder(4, image_shape=(28, 28), n_layers=1, epochs=1, random_state=0)
    >>> encoder.fit_transform(x).shape                      # 9 x 9 windows of 4 maps
    (100, 324)
    """

    def __init__(
        self,
        n_maps: int = 16,
        *,
        image_shape: tuple[int, ...] | None = None,
        n_layers: int = 3,
        size: int = 5,
        decoder_size: int = 11,
        lifetime: float | None = 0.05,
        pool: int | None = 5,
        stride: int = 3,
        epochs: int = 10,
        batch_size: int = 100,
        lr: float | None = None,
        momentum: float | None = None,
        dtype: Any = "float32",
        random_state: Any = None,
        verbose: Any = False,
    ) -> None:
        self.n_maps = n_maps
        self.image_shape = image_shape
        self.n_layers = n_layers
        self.size = size
        self.decoder_size = decoder_size
        self.lifetime = lifetime
        self.pool = pool
        self.stride = stride
        self.epochs = epochs
        self.batch_size = batch_size
        self.lr = lr
        self.momentum = momentum
        self.dtype = dtype
        self.random_state = random_state
        self.verbose = verbose

    @available_if(_keeps_places)
    def inverse_transform(self, X: Any) -> np.ndarray:
        """What the decoder makes of codes; there is no such method unless ``pool=None``.

        Parameters
        ----------
        X : array or DataFrame, shape (N, H * W * F)

        Returns
        -------
        ndarray, shape (N, H * W * C)
        """
        return super().inverse_transform(X)

    def _make_model(self, n_features: int, seed: int) -> Model:
        return ConvWTA(
            self.image_shape_[2],
            self.n_maps,
            self.n_layers,
            size=self.size,
            decoder_size=self.decoder_size,
            lifetime=self.lifetime,
            rng=seed,
            dtype=self.dtype,
        )

    def _samples(self, X, reset):
        x = super()._samples(X, reset)
        if reset:
            self.image_shape_ = image_shape(self.image_shape, x.shape[1])
        return x.reshape(-1, *self.image_shape_)

    def _features(self, x):
        if self.pool is None:
            return self.model_.encode(x).reshape(len(x), -1)
        return self.model_.features(x, self.pool, self.stride)

    def _decode(self, z):
        h, w, _ = self.image_shape_
        return self.model_.decode(z.reshape(len(z), h, w, -1)).reshape(len(z), -1)


def image_shape(given: tuple[int, ...] | None, n_features: int) -> tuple[int, int, int]:
    """(H, W, C) for rows of `n_features` values, from the parameter `image_shape`.

    Examples
    --------
    >>> image_shape((-1, 32, 3), 3072), image_shape(None, 784)
    ((32, 32, 3), (28, 28, 1))
    """
    side = math.isqrt(n_features)
    shape = (side, side) if given is None else tuple(given)
    shape = (*shape, 1) if len(shape) == 2 else shape
    if len(shape) == 3 and shape.count(-1) == 1 and (rest := -math.prod(shape)) > 0:
        shape = tuple(n_features // rest if length == -1 else length for length in shape)
    if len(shape) != 3 or min(shape) < 1 or math.prod(shape) != n_features:
        hint = "; None stands for square images of one channel" if given is None else ""
        raise ValueError(
            f"image_shape is {given}, expected (H, W) or (H, W, C) with {n_features} values, the features of X{hint}"
        )
    h, w, c = shape
    return h, w, c
