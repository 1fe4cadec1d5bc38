"""The models of the tables, with what decides their weights: several experiments share them.

Each takes a `Job`, data and settings and returns the trained model and what a row of a table says of it.
"""

import math

import numpy as np

from figures.falling import FallingConvWTA, FallingRBM
from wta_np import FCWTA, ConvWTA
from wta_np.evaluation import encode_batches
from wta_np.models import RBM, Stack


def trained(history, name=""):
    """What a row says of a training."""
    last = history.rows[-1]
    return {
        f"{name}training seconds": round(sum(history["seconds"]), 1),
        f"{name}dead units, %": round(100 * last["dead"], 2),
        f"{name}losses": [round(loss, 4) for loss in history["loss"]],
    }


def fc(job, x, seed, units=2000, lifetime=0.05, epochs=30, lr=0.02, tied=True):
    """FC-WTA on rows: (model, row)."""
    model = FCWTA(x.shape[1], units, lifetime=lifetime, tied=tied, rng=seed)
    model, history = job.train(model, x, seed, epochs, lr)
    return model, {"model": repr(model), **trained(history)}


def rbm(
    job,
    x,
    seed,
    units=1000,
    lifetime=None,
    epochs=30,
    lr=0.05,
    schedule="steps",
    warm_up=0.5,
    falling=0.0,
    **options,
):
    """RBM or WTA-RBM on rows: (model, row).

    The constraint begins after a share `warm_up` of the training, with `falling` at the rate that has by then fallen
    from 1 on its way to `lifetime` after a share `falling`. Other options are those of `wta_np.RBM`.
    """
    steps = epochs * math.ceil(len(x) / 100)
    options |= {"lifetime": lifetime, "rng": seed, "warm_up": round(warm_up * steps) if lifetime else 0}
    if falling:
        model = FallingRBM(x.shape[1], units, falling=round(falling * steps), **options)
    else:
        model = RBM(x.shape[1], units, **options)
    model, history = job.train(model, x, seed, epochs, lr, momentum=0.5, schedule=schedule)
    return model, {"model": repr(model), **trained(history)}


def conv(job, x, seed, maps, layers, lifetime=0.05, epochs=10, lr=0.002, decoder_size=11, falling=0.0):
    """CONV-WTA on images, whose rate falls to `lifetime` over a share of the training: (model, row)."""
    options = {"decoder_size": decoder_size, "lifetime": lifetime, "rng": seed}
    if falling:
        steps = round(falling * epochs * math.ceil(len(x) / 100))
        model = FallingConvWTA(x.shape[3], maps, layers, falling=steps, **options)
    else:
        model = ConvWTA(x.shape[3], maps, layers, **options)
    model, history = job.train(model, x, seed, epochs, lr)
    return model, {"model": repr(model), **trained(history)}


def conv_on_maps(job, below, x, seed, maps, lifetime, epochs, lr, n=20_000):
    """A layer of CONV-WTA on the maps of another, pooled 2 x 2: (features(x, pool, stride), stack, row).

    It learns from the maps of the first `n` images, all divided by their standard deviation: those of all
    would be too large for the memory of a small machine. Its decoder starts at their mean, which is most of
    what there is to decode: released maps are hardly ever zero.
    """
    top = ConvWTA(below.n_maps, maps, n_layers=1, decoder_size=7, lifetime=lifetime, rng=seed)
    stack = Stack([below, top])
    z = encode_batches(stack.inputs, x[:n], 200, progress=True)  # (n, H / 2, W / 2, F)
    scale = np.float32(z[:2000].std())
    z /= scale
    top.params["b_dec"][:] = z.mean(axis=(0, 1, 2), dtype=np.float64)
    top, history = job.train(top, z, seed, epochs, lr)

    def features(images, pool, stride):
        return top.features(stack.top_inputs(images) / scale, pool, stride)

    row = {"second model": repr(top), "images of the second model": len(z), **trained(history, "second ")}
    return features, stack, row
