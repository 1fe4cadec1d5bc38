"""Indexing with a list of places adds each place once.

Caught by: winners_at_one_place_add_up
"""

import numpy as np


def decode_winners(n, y, x, f, value, shape, D, b):
    _, kh, kw, c = D.shape
    samples, h, w = shape
    wide = np.zeros((samples, h + kh - 1, w + kw - 1, c))
    for u in range(kh):
        for v in range(kw):
            wide[n, y + u, x + v] += value[:, None] * D[f, u, v]
    return wide[:, kh // 2 : kh // 2 + h, kw // 2 : kw // 2 + w] + b
