"""Small trainings of every model in float64, for comparing ranks with one process: 54 steps, a short last batch."""

from functools import partial

import numpy as np

from wta_np import FCWTA, RBM, SGD, ConvWTA, Stack, fit

ROWS = np.random.default_rng(0).random((23, 12))
IMAGES = np.random.default_rng(1).random((21, 9, 9, 1))
F8 = {"rng": 1, "dtype": "float64"}

CASES = {  # name -> (a new model, data)
    "fc": (partial(FCWTA, 12, 7, lifetime=0.5, tied=False, **F8), ROWS),
    "fc tied": (partial(FCWTA, 12, 7, lifetime=0.5, tied=True, **F8), ROWS),
    "fc of two layers, tied": (partial(FCWTA, 12, [9, 7], lifetime=0.5, tied=True, **F8), ROWS),
    "fc without a constraint": (partial(FCWTA, 12, [9, 7], lifetime=None, tied=False, **F8), ROWS),
    "conv": (partial(ConvWTA, 1, 3, n_layers=1, size=5, decoder_size=7, lifetime=0.5, **F8), IMAGES),
    "conv of two layers": (
        partial(ConvWTA, 1, 3, n_layers=2, size=5, decoder_size=7, lifetime=0.5, **F8),
        IMAGES,
    ),
    "conv without lifetime sparsity": (
        partial(ConvWTA, 1, 3, n_layers=2, size=5, decoder_size=7, lifetime=None, **F8),
        IMAGES,
    ),
    "rbm": (partial(RBM, 12, 7, lifetime=None, cd_k=2, **F8), ROWS),
    "wta-rbm": (partial(RBM, 12, 7, lifetime=0.6, positive="samples", warm_up=3, **F8), ROWS),
    "rbm with persistent chains": (partial(RBM, 12, 7, lifetime=0.6, persistent=True, **F8), ROWS),
    "stack of fc": (
        lambda: Stack(
            [FCWTA(12, 7, lifetime=0.5, tied=False, **F8), FCWTA(7, 5, lifetime=0.5, tied=True, **F8)]
        ),
        ROWS,
    ),
    "stack of conv": (
        lambda: Stack(
            [
                ConvWTA(1, 3, n_layers=1, size=5, decoder_size=7, lifetime=0.5, **F8),
                ConvWTA(3, 2, n_layers=1, size=3, decoder_size=3, lifetime=0.5, **F8),
            ]
        ),
        IMAGES,
    ),
}
BATCH, EPOCHS = 4, 9  # mini-batches of 4, and one of 3 or 1: 54 steps


def train(name, ranks=None, **options):
    """A model of `CASES` after its training, and the history."""
    make, x = CASES[name]
    model = make()
    options = {"epochs": EPOCHS, "rng": 2, **options}
    if ranks is not None:
        options["ranks"] = ranks
    history = fit(model, x, batch_size=BATCH, optimizer=SGD(0.01, 0.9), progress=False, **options)
    return model, history


def difference(model, reference):
    """The largest difference of two models' parameters, relative to the largest value of each parameter."""
    pairs = zip(model.params.values(), reference.params.values())
    return max(float(abs(a - b).max() / abs(b).max()) for a, b in pairs)
