"""y and x change places.

Caught by: an_atom_appears_upright_where_the_code_says
"""

import numpy as np


def decode_winners(n, y, x, f, value, shape, D, b):
    _, kh, kw, c = D.shape
    samples, h, w = shape
    wide = np.zeros((samples, h + kh - 1, w + kw - 1, c))
    for m, i, j, g, a in zip(n, y, x, f, value):
        p, q = min(j, h - 1), min(i, w - 1)
        wide[m, p : p + kh, q : q + kw] += a * D[g]
    return wide[:, kh // 2 : kh // 2 + h, kw // 2 : kw // 2 + w] + b
