"""Small models of every kind, and data for them."""

import numpy as np

from wta_np import FCWTA, RBM, ConvWTA, Stack

SIDE, N = 8, 24


def images(n=N, channels=1, seed=0):
    """(n, 8, 8, channels) in [0, 1]."""
    return np.random.default_rng(seed).random((n, SIDE, SIDE, channels)).astype("f4")


def flat(n=N, channels=1):
    """The same as rows."""
    return images(n, channels).reshape(n, -1)


def _conv(maps=5, channels=1, **options):
    return ConvWTA(channels, maps, n_layers=1, size=3, decoder_size=5, lifetime=0.2, rng=1, **options)


MAKERS = {
    "tied": lambda: FCWTA(64, 10, lifetime=0.25, tied=True, rng=1),
    "deep": lambda: FCWTA(64, [12, 10], lifetime=0.25, rng=1),
    "free": lambda: FCWTA(64, 10, lifetime=None, rng=1),
    "colour": lambda: FCWTA(192, 10, lifetime=0.25, rng=1),
    "conv": _conv,
    "conv of colour": lambda: _conv(channels=3),
    "rbm": lambda: RBM(64, 10, rng=1),
    "wta-rbm": lambda: RBM(64, 10, lifetime=0.25, rng=1),
    "fc on fc": lambda: Stack([FCWTA(64, 12, rng=1), FCWTA(12, 10, lifetime=0.25, rng=2)]),
    "fc on rbm": lambda: Stack([RBM(64, 12, rng=1), FCWTA(12, 10, lifetime=0.25, rng=2)]),
    "conv on conv": lambda: Stack([_conv(), _conv(6, 5)], pool=3, stride=2),
    "fc on conv": lambda: Stack([_conv(), FCWTA(4 * 4 * 5, 10, lifetime=0.25, rng=2)]),
    "fc on conv on conv": lambda: Stack([_conv(), _conv(6, 5), FCWTA(2 * 2 * 6, 10, rng=3)]),
}


def samples(model, n=N):
    """Inputs of a model as it takes them."""
    wanted = model.input_shape[0]
    if model.expects_images:
        return images(n, wanted)
    return flat(n, wanted // SIDE**2)
