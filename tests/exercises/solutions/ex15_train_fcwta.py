"""Exercise 15, solved."""

import numpy as np

EPOCHS, BATCH, LR, MOMENTUM, SCALE = 12, 100, 0.1, 0.9, 0.01


def winners(h, k):
    order = np.argsort(-h, axis=0, kind="stable")
    mask = np.zeros(h.shape, bool)
    np.put_along_axis(mask, order[:k], True, axis=0)
    return mask


def gradients(x, W, b, V, c, k):
    a = x @ W + b
    h = np.maximum(a, 0)
    mask = winners(h, k)
    z = h * mask
    dx_hat = (z @ V + c - x) / len(x)
    da = dx_hat @ V.T * mask * (a > 0)
    return x.T @ da, da.sum(axis=0), z.T @ dx_hat, dx_hat.sum(axis=0)


def generator(seed):
    return np.random.default_rng(seed)


def train(x, n_hidden, lifetime, seed):
    rng = generator(seed)
    d = x.shape[1]
    W, V = SCALE * rng.normal(size=(d, n_hidden)), SCALE * rng.normal(size=(n_hidden, d))
    params = [W, np.zeros(n_hidden), V, np.zeros(d)]
    velocity = [0 * w for w in params]
    for _ in range(EPOCHS):
        order = rng.permutation(len(x))
        for start in range(0, len(x), BATCH):
            batch = x[order[start : start + BATCH]]
            k = max(1, int(lifetime * len(batch) + 1e-9))
            for w, v, dw in zip(params, velocity, gradients(batch, *params, k)):
                v *= MOMENTUM
                v -= LR * dw
                w += v
    return tuple(params)
