"""CONV-WTA: ReLU convolutions, spatial and lifetime sparsity on top, a linear deconvolution.

Makhzani and Frey 2015, section 3.

The code of a mini-batch is its list of at most k F winners. Backwards, gradient enters the top layer at the
winners alone, the layer below only inside their windows, and so on down: every step is done for these
active rows, until so many are active that the dense way is faster::

    h_1 = relu(conv(x, W_enc1) + b_enc1)   ...   h_L = relu(conv(h_L-1, W_encL) + b_encL)
    z = winners of h_L       of each map: the largest of each image, of those the k largest of the batch
    x_hat = deconv(z, W_dec) + b_dec

    dx_hat = (x_hat - x) / N
    dz, dW_dec, db_dec from the windows of dx_hat around the winners
    da_L = dz where z > 0    one number for each winner
    dW_encL                  from the windows of h_L-1 around the winners
    dh_L-1                   da_L times the filters, added into these windows
    da_L-1 = dh_L-1 * (h_L-1 > 0)          inside these windows, zero elsewhere; and so on
"""

from __future__ import annotations

import math
from typing import Any

from wta_np._utils.options_by_name import options_by_name
from wta_np._utils.validation import check_arrays, check_finite, check_int, check_odd
from wta_np.backend import array_module
from wta_np.backend_differences import maximum_into
from wta_np.models.arguments import check_rate
from wta_np.models.base import Model
from wta_np.models.batch import WHOLE, WholeBatch
from wta_np.models.initial import convolutional_weights
from wta_np.ops import (
    Winners,
    conv2d_backward,
    conv2d_backward_params,
    conv2d_forward,
    deconv2d_backward,
    deconv2d_forward,
    max_pool,
    max_pool_forward,
    max_unpool,
    relu_backward,
    select_winners,
    spatial_backward,
    spatial_forward,
    window_rows,
    winners_per_unit,
)
from wta_np.ops.im2col import chunks

DENSE_ABOVE = 0.25  # share of active rows from which on the dense backward of a layer is faster
WAYS = ("auto", "winners", "dense")


class ConvWTA(Model):
    """Convolutional winner-take-all autoencoder.

    Parameters
    ----------
    n_channels : int
        C, channels of the images (or maps of the layer below).
    n_maps : int
        F, feature maps of every encoder layer.
    n_layers : int
        Encoder layers, L.
    size, decoder_size : int
        Sides of the encoder's filters and of the atoms of the dictionary, both odd.
    lifetime : float in (0, 1] or None
        Share of the mini-batch on which a map may win; None: spatial sparsity alone.
    rng : int or numpy.random.Generator
        Draws the weights, see `wta_np.models.initial.convolutional_weights`.
    dtype : str or dtype

    Attributes
    ----------
    params : dict of str to ndarray
        W_enc1 (size, size, C, F), b_enc1 (F,), W_enc2 (size, size, F, F), ...;
        W_dec (F, decoder_size, decoder_size, C), b_dec (C,).
    active_counts : ndarray, shape (F,)
        After `loss_and_grads`: how many winners of each map were above zero. For reports.

    Raises
    ------
    TypeError, ValueError
        A number is not whole or too small, a size is even, or `lifetime` is outside (0, 1].

    Examples
    --------
    >>> model = ConvWTA(1, 16, n_layers=2)
    >>> {name: value.shape for name, value in model.params.items() if name.startswith("W")}
    {'W_enc1': (5, 5, 1, 16), 'W_enc2': (5, 5, 16, 16), 'W_dec': (16, 11, 11, 1)}
    """

    expects_images = outputs_maps = True
    default_lr = 0.002  # all places of an image add to the gradient of a filter

    @options_by_name
    def __init__(
        self,
        n_channels: int,
        n_maps: int,
        n_layers: int = 3,
        *,
        size: int = 5,
        decoder_size: int = 11,
        lifetime: float | None = 0.05,
        rng: Any = 0,
        dtype: Any = "float32",
    ) -> None:
        self.n_channels = check_int("n_channels", n_channels, 1)
        self.n_maps = check_int("n_maps", n_maps, 1)
        self.n_layers = check_int("n_layers", n_layers, 1)
        self.size = check_odd("size", size)
        self.decoder_size = check_odd("decoder_size", decoder_size)
        self.lifetime = check_rate(lifetime)
        self._layers = [(f"W_enc{i}", f"b_enc{i}") for i in range(1, self.n_layers + 1)]
        self.params = convolutional_weights(self, rng, dtype)

    @property
    def input_shape(self) -> tuple[int]:
        """(C,): images of any size have to have so many channels."""
        return (self.n_channels,)

    @property
    def config(self) -> dict[str, Any]:
        """The arguments that make a model of this kind again."""
        names = ("n_channels", "n_maps", "n_layers", "size", "decoder_size", "lifetime")
        return {name: getattr(self, name) for name in names}

    @property
    def atoms(self) -> Any:
        """The dictionary: ndarray (F, decoder_size, decoder_size, C)."""
        return self.params["W_dec"]

    def encode(self, x: Any) -> Any:
        """Released feature maps: ndarray (N, H, W, F), for x of shape (N, H, W, C).

        TypeError or ValueError if `x` is of another dtype, has another C, or holds NaN or infinities.
        """
        self._check_input(x)
        check_finite("x", x)
        return self._activations(x)[-1]

    def features(self, x: Any, pool: int = 5, stride: int = 3) -> Any:
        """Released maps, max-pooled and laid out as one row per image, for a classifier.

        Some images at a time, so that their maps stay in the cache from layer to layer.

        Parameters
        ----------
        x : ndarray, shape (N, H, W, C)
        pool, stride : int
            Side of a window and step between windows, see `wta_np.ops.pool.max_pool_forward`.

        Returns
        -------
        ndarray, shape (N, H' * W' * F)
        """
        xp = check_arrays(x=(x, "N H W C"))
        n, h, w, _ = x.shape
        check_int("pool", pool, 1, min(h, w))
        check_int("stride", stride, 1)
        parts = chunks(xp, n, 4 * h * w * self.n_maps * x.dtype.itemsize) or [slice(0)]
        pooled = xp.concatenate([max_pool(self.encode(x[part]), pool, stride) for part in parts])
        return pooled.reshape(n, math.prod(pooled.shape[1:]))

    def decode(self, z: Any) -> Any:
        """What the decoder makes of a code: the deconvolution of its maps with the dictionary.

        Parameters
        ----------
        z : ndarray, shape (N, H, W, F), or Winners
            Any maps, such as ``encode(x)``, whose constraints are released, or ``winners(x)``.

        Returns
        -------
        x_hat : ndarray, shape (N, H, W, C)
        """
        return deconv2d_forward(z, self.params["W_dec"], self.params["b_dec"])

    def winners(self, x: Any) -> Winners:
        """The code under the constraints: the `Winners` of this mini-batch."""
        return self._winners(self.encode(x))

    def reconstruct(self, x: Any, constrained: bool = True, pool: int = 5, stride: int = 3) -> Any:
        """What the decoder makes of the code, ndarray (N, H, W, C).

        With the constraints on, what training sees. With them off, of the released maps after pooling and
        unpooling: what a classifier's features have kept.
        """
        h = self.encode(x)
        if constrained:
            z = self._winners(h)
        else:
            z = max_unpool(*self.pooled(h, pool, stride), h.shape)
        return self.decode(z)

    def loss_and_grads(
        self, x: Any, way: str = "auto", *, batch: WholeBatch = WHOLE
    ) -> tuple[float, dict[str, Any]]:
        """Loss of a mini-batch and its gradient with respect to every parameter.

        Parameters
        ----------
        x : ndarray, shape (N, H, W, C)
        way : {"auto", "winners", "dense"}
            How to go backwards: over active rows as long as they are few, over active rows only, or with
            dense masks, which is the definition. The results are equal up to rounding.
        batch : WholeBatch or PartOfBatch
            The mini-batch of which `x` is a part, see `wta_np.models.batch`; loss and gradients are then what these
            images add to those of the mini-batch.

        Returns
        -------
        loss : float
            ``1/(2N) * sum_n ||x_hat_n - x_n||^2``.
        grads : dict of str to ndarray
        """
        if way not in WAYS:
            raise ValueError(f"way is {way!r}, expected one of {', '.join(WAYS)}")
        hs = self._activations(x)
        winners = self._winners(hs[-1], batch)
        self.active_counts = self._count_positive(winners)
        z, mask = self._masked(hs[-1], batch) if way == "dense" else (winners, None)

        x_hat = deconv2d_forward(z, self.params["W_dec"], self.params["b_dec"])
        loss = batch.squared_error_forward(x_hat, x)
        dx_hat = batch.squared_error_backward(x_hat, x)
        dz, dW_dec, db_dec = deconv2d_backward(dx_hat, z, self.params["W_dec"])
        grads = {"W_dec": dW_dec, "b_dec": db_dec}
        if way == "dense":
            da = relu_backward(spatial_backward(dz, mask), hs[-1])
            self._dense_backward(self.n_layers, da, hs, grads)
        else:
            hs.pop()  # of the top layer the winners are all that is needed, and maps are large
            da = relu_backward(dz.value, winners.value)  # z > 0 exactly where a > 0
            self._winners_backward(dz.with_value(da), hs, grads, DENSE_ABOVE if way == "auto" else 1.0)
        return loss, {name: grads[name] for name in self.params}

    def _activations(self, x):
        """[x, h_1, ..., h_L]: the input of every encoder layer, and the output of the last."""
        self._check_input(x)
        hs = [x]
        for W, b in self._layers:
            a = conv2d_forward(hs[-1], self.params[W], self.params[b])
            maximum_into(a, 0)  # relu_forward(a), in its place: maps are large
            hs.append(a)
        return hs

    def _check_input(self, x):
        check_arrays(W_enc1=(self.params["W_enc1"], "kh kw C F"), x=(x, "N H W C"))
        if min(x.shape[1:3]) < self.size:
            raise ValueError(
                f"x has images of {x.shape[1]} x {x.shape[2]}, expected at least size={self.size}"
            )

    @staticmethod
    def pooled(h: Any, pool: int = 5, stride: int = 3) -> tuple[Any, Any]:
        """Max-pooled maps and where the maxima were, see `wta_np.ops.pool.max_pool_forward`."""
        check_int("pool", pool, 1, min(h.shape[1:3]))
        return max_pool_forward(h, pool, check_int("stride", stride, 1))

    def _winners(self, h, batch=WHOLE):
        k = None if self.lifetime is None else winners_per_unit(self.lifetime, batch.size(h))
        return select_winners(h, k, batch.lifetime_mask)

    def _count_positive(self, winners):
        """How many winners of each map are above zero; of a part of a mini-batch, maps may have different numbers."""
        xp = array_module(winners.value)
        of_map = winners.f[:, None] == xp.arange(self.n_maps)  # (R, F)
        return (of_map & (winners.value > 0)[:, None]).sum(axis=0)

    def _masked(self, h, batch=WHOLE):
        """The dense code and its mask: `_winners` as they are defined."""
        _, mask = spatial_forward(h)  # one winner in each map of each image
        if self.lifetime is not None:
            k = winners_per_unit(self.lifetime, batch.size(h))
            mask &= batch.lifetime_mask(h.max(axis=(1, 2)), k)[:, None, None]  # of these, k in each map
        return h * mask, mask

    def _dense_backward(self, top, da, hs, grads):
        """Gradients of encoder layers top, ..., 1, given that of the pre-activation of layer `top`."""
        for i in range(top, 0, -1):
            W, b = self._layers[i - 1]
            if i == 1:
                grads[W], grads[b] = conv2d_backward_params(da, hs[0], self.size, self.size)
            else:
                dh, grads[W], grads[b] = conv2d_backward(da, hs[i - 1], self.params[W])
                da = relu_backward(dh, hs[i - 1])  # h > 0 exactly where a > 0

    def _winners_backward(self, entries, hs, grads, dense_above):
        """The same from the gradients of the winners, by active rows, while their share is at most this."""
        xp = array_module(entries.value)
        rows = entries.rows  # (R,), they repeat where several maps win at one position
        da = xp.zeros((len(rows), self.n_maps), dtype=entries.value.dtype)
        da[xp.arange(len(rows)), entries.f] = entries.value
        for i in range(self.n_layers, 0, -1):
            W, b = self._layers[i - 1]
            below = hs[i - 1]
            if i == 1:
                grads[W], grads[b] = conv2d_backward_params(
                    da, below, self.size, self.size, rows, known_inside=True
                )
                return
            dh, grads[W], grads[b] = conv2d_backward(da, below, self.params[W], rows, known_inside=True)
            rows = window_rows(rows, below.shape, self.size, self.size, known_inside=True)
            if len(rows) > dense_above * below[..., 0].size:
                self._dense_backward(i - 1, relu_backward(dh, below), hs, grads)
                return
            dh, h = (a.reshape(-1, self.n_maps)[rows] for a in (dh, below))  # (R, F)
            da = relu_backward(dh, h)
