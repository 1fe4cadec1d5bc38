"""An atom hides those below it.

Caught by: winners_at_one_place_add_up
"""

import numpy as np


def decode_winners(n, y, x, f, value, shape, D, b):
    _, kh, kw, c = D.shape
    samples, h, w = shape
    wide = np.zeros((samples, h + kh - 1, w + kw - 1, c))
    for m, i, j, g, a in zip(n, y, x, f, value):
        wide[m, i : i + kh, j : j + kw] = a * D[g]
    return wide[:, kh // 2 : kh // 2 + h, kw // 2 : kw // 2 + w] + b
