"""Loop versions of every op, written from the definitions in words; they share no code with wta_np."""

import math

import numpy as np


def linear(x, W, b):
    y = np.zeros((len(x), len(b)))
    for n in range(len(x)):
        for j in range(len(b)):
            y[n, j] = b[j] + sum(x[n, i] * W[i, j] for i in range(len(W)))
    return y


def linear_gradients(dy, x, W):
    dx, dW, db = np.zeros_like(x), np.zeros_like(W), np.zeros(W.shape[1])
    for n in range(len(x)):
        for j in range(W.shape[1]):
            db[j] += dy[n, j]
            for i in range(len(W)):
                dx[n, i] += dy[n, j] * W[i, j]
                dW[i, j] += x[n, i] * dy[n, j]
    return dx, dW, db


def relu(a):
    return np.array([value if value > 0 else 0.0 for value in a.ravel()]).reshape(a.shape)


def lifetime_mask(h, k):
    """Rank the samples of each unit by activation, equals by index; the first k win."""
    mask = np.zeros(h.shape, bool)
    for unit in np.ndindex(h.shape[1:]):
        ranking = sorted(range(len(h)), key=lambda n: (-h[(n, *unit)], n))
        for n in ranking[:k]:
            mask[(n, *unit)] = True
    return mask


def squared_error(x_hat, x):
    total = 0.0
    for n in range(len(x)):
        total += sum((p - q) ** 2 for p, q in zip(x_hat[n].ravel(), x[n].ravel()))
    return total / (2 * len(x))


def fcwta_loss(params, x, rate, n_layers, tied):
    """The loss of an FC-WTA autoencoder, from its equations."""
    suffixes = [""] if n_layers == 1 else [str(i + 1) for i in range(n_layers)]
    h = x
    for s in suffixes:
        h = relu(linear(h, params[f"W_enc{s}"], params[f"b_enc{s}"]))
    z = h
    if rate is not None:
        k = max(1, math.floor(rate * len(x) + 1e-9))
        z = np.where(lifetime_mask(h, k), h, 0.0)
    if tied:
        dictionary = np.eye(z.shape[1])
        for s in reversed(suffixes):
            dictionary = dictionary @ params[f"W_enc{s}"].T
    else:
        dictionary = params["W_dec"]
    return squared_error(linear(z, dictionary, params["b_dec"]), x)
