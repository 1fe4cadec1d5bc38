"""Exercise 11, solved: loops over the filter."""

import numpy as np


def conv2d_backward(dy, x, W):
    kh, kw, C, F = W.shape
    N, H, V, _ = x.shape
    p, q = kh // 2, kw // 2
    wide = np.pad(x, ((0, 0), (p, p), (q, q), (0, 0)))
    dwide, dW = np.zeros_like(wide), np.zeros_like(W)
    for u in range(kh):
        for v in range(kw):
            dW[u, v] = np.tensordot(wide[:, u : u + H, v : v + V], dy, axes=([0, 1, 2], [0, 1, 2]))
            dwide[:, u : u + H, v : v + V] += dy @ W[u, v].T
    return dwide[:, p : p + H, q : q + V], dW, np.einsum("nhwf->f", dy)
