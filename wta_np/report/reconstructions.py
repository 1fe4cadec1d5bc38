"""Reconstructions with fewer and with more winners than in training."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from wta_np.backend import Array, to_numpy
from wta_np.evaluation import explained_variance
from wta_np.models import ConvWTA, Stack
from wta_np.ops import lifetime_mask, max_unpool, spatial_forward, winners_per_unit

STEPS = (1, 2, 3, 5, 10, 20, 30, 50, 100, 200, 500, 1000, 2000, 5000)  # winners of an image
RATES = (0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 1.0)


class Step(NamedTuple):
    """A mini-batch, reconstructed from a choice of winners.

    Attributes
    ----------
    setting : float
        Winners of each image, or the lifetime sparsity.
    winners : float
        Mean number of units per image that are active, a choice of zeros not counted.
    explained : float or None
        Explained variance of the mini-batch, in what the top model sees; None where that is not defined.
    x_hat : ndarray
        The reconstruction of the images that are shown, in what the lowest model sees.
    """

    setting: float
    winners: float
    explained: float | None
    x_hat: np.ndarray


class MiniBatch:
    """The released codes of the inputs `x` of a model, and the way back to inputs from some of them."""

    def __init__(self, model: Any, x: Array) -> None:
        layers: list[Any] = model.models if isinstance(model, Stack) else [model]
        self._top, self._back = layers[-1], []
        for below, above in zip(layers, layers[1:]):
            h = below.encode(x)
            argmax, shape = None, h.shape
            if h.ndim == 4:
                h, argmax = ConvWTA.pooled(h, model.pool, model.stride)
            x = h if above.expects_images else h.reshape(len(h), -1)
            self._back.append((below, h.shape, argmax, shape))
        self.seen = x  # by the top model
        h = self._top.encode(x)
        self._maps = spatial_forward(h)[0] if h.ndim == 4 else None
        self.values = h if h.ndim == 2 else h.max(axis=(1, 2))  # (N, M)

    def decode(self, mask: Array) -> Array:
        """The top model's reconstruction of what it sees, from the units of a mask (N, M)."""
        z = self.values * mask if self._maps is None else self._maps * mask[:, None, None, :]
        return self._top.decode(z)

    def inputs(self, x_hat: Array) -> Array:
        """What the layers below make of a reconstruction: what the lowest model sees."""
        for below, pooled, argmax, shape in reversed(self._back):
            h = x_hat.reshape(pooled)
            x_hat = below.decode(h if argmax is None else max_unpool(h, argmax, shape))
        return x_hat


def winners_of_each_image(batch: MiniBatch, k: int) -> Array:
    """Mask (N, M): the k largest activities of each image; the lower unit among equals."""
    return lifetime_mask(batch.values.T, k).T


def winners_of_each_unit(batch: MiniBatch, rate: float) -> Array:
    """Mask (N, M): of each unit its largest activities in the mini-batch, as many as a lifetime sparsity allows."""
    return lifetime_mask(batch.values, winners_per_unit(rate, len(batch.values)))


def step(batch: MiniBatch, setting: float, mask: Array, shown: np.ndarray, threshold: float = 0.0) -> Step:
    """The `Step` of a mask; `shown` are the places of the images in the mini-batch whose reconstruction is kept."""
    x_hat = batch.decode(mask)
    try:
        explained = explained_variance(batch.seen, x_hat)
    except ValueError:  # one image, or equal ones
        explained = None
    active = to_numpy(((batch.values > threshold) & mask).sum(axis=1))
    x_hat = to_numpy(batch.inputs(x_hat))[shown]
    return Step(setting, float(active.mean()), explained, x_hat)


def sweep(model: Any, x: Array, shown: np.ndarray) -> dict[str, list[Step]]:
    """All steps of a mini-batch `x`: "image" for k winners of each image, "unit" for lifetime sparsities."""
    batch, threshold = MiniBatch(model, x), model.activity_threshold
    n_units = batch.values.shape[1]
    rates = sorted({*RATES, *([model.lifetime] if model.lifetime else [])})
    first = {
        winners_per_unit(rate, len(x)): rate for rate in reversed(rates)
    }  # one rate for each number of winners
    if model.lifetime:
        first[winners_per_unit(model.lifetime, len(x))] = model.lifetime
    ks = [k for k in STEPS if k < n_units] + [n_units]
    return {
        "image": [step(batch, k, winners_of_each_image(batch, k), shown, threshold) for k in ks],
        "unit": [
            step(batch, r, winners_of_each_unit(batch, r), shown, threshold) for r in sorted(first.values())
        ],
    }


def choose_shown(labels: np.ndarray | None, n: int, n_shown: int = 20) -> np.ndarray:
    """Which of the `n` images of a mini-batch are shown: all classes in turn, where there are labels."""
    if labels is None:
        return np.arange(min(n, n_shown))
    turn = np.zeros(n, dtype=int)  # the how-manieth of its class an image is
    for label in np.unique(labels):
        turn[labels == label] = np.arange((labels == label).sum())
    return np.lexsort((labels, turn))[:n_shown]


def explained_in_training(model: Any, x: Array, batch_size: int) -> float | None:
    """Explained variance of mini-batches under the constraint, in what the top model sees; None if not defined."""
    parts = [x[start : start + batch_size] for start in range(0, len(x), batch_size)]
    seen = [to_numpy(model.top_inputs(part) if isinstance(model, Stack) else part) for part in parts]
    x_hat = [to_numpy(model.reconstruct(part)) for part in parts]
    try:
        return explained_variance(np.concatenate(seen), np.concatenate(x_hat))
    except ValueError:
        return None
