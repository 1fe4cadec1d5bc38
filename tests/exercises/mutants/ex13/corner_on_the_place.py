"""The corner of the atom, not its middle, is on the place of the winner.

Caught by: an_atom_appears_upright_where_the_code_says
"""

import numpy as np


def decode_winners(n, y, x, f, value, shape, D, b):
    _, kh, kw, c = D.shape
    samples, h, w = shape
    wide = np.zeros((samples, h + kh - 1, w + kw - 1, c))
    for m, i, j, g, a in zip(n, y, x, f, value):
        wide[m, i : i + kh, j : j + kw] += a * D[g]
    return wide[:, :h, :w] + b
