"""Negative indices come in on the other side.

Caught by: decoding_gives_the_sum_of_scaled_atoms
"""

import numpy as np


def decode_winners(n, y, x, f, value, shape, D, b):
    _, kh, kw, c = D.shape
    _, h, w = shape
    x_hat = np.zeros((*shape, c)) + b
    for m, i, j, g, a in zip(n, y, x, f, value):
        for u, v in np.ndindex(kh, kw):
            p, q = i + u - kh // 2, j + v - kw // 2
            if p < h and q < w:
                x_hat[m, p, q] += a * D[g, u, v]
    return x_hat
