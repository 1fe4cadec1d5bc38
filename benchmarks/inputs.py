"""The data of the benchmarks: digits of the package, repeated where more are asked for."""

import numpy as np

from wta_np import load


def digits(n, setting=None):
    """`n` images (n, 28, 28, 1) and their labels, of MNIST where the setting names a folder that has it."""
    data = load("sample") if setting is None or setting.data_dir is None else load("mnist", setting.data_dir)
    rows = np.arange(n) % len(data.x_train)
    return data.x_train[rows], data.y_train[rows]


def source(n, setting):
    """In words, where `digits` takes them from."""
    if setting.data_dir is not None:
        return "MNIST"
    n_sample = len(load("sample").x_train)
    return "digits of the package" + (f", {n_sample:,} repeated" if n > n_sample else "")


def textures(n, side, channels, rng=0):
    """Random patches of colour with noise, (n, side, side, channels): the time depends on their size alone.

    No two windows are the same, as in photographs, so that no maximum of a map is tied.
    """
    rng = np.random.default_rng(rng)
    cells = -(-side // 4)
    coarse = rng.random((n, cells, cells, channels)).repeat(4, axis=1).repeat(4, axis=2)[:, :side, :side]
    return (0.8 * coarse + 0.2 * rng.random(coarse.shape)).astype("float32")
