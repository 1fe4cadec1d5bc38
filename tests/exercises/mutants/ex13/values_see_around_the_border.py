"""Beyond the border the gradient goes on at the other end.

Caught by: dvalue_agrees_with_differences
"""

import numpy as np


def value_gradient(dy, n, y, x, f, D):
    _, kh, kw, _ = D.shape
    wide = np.pad(dy, ((0, 0), (kh // 2, kh // 2), (kw // 2, kw // 2), (0, 0)), mode="wrap")
    return np.array([np.sum(wide[m, i : i + kh, j : j + kw] * D[g]) for m, i, j, g in zip(n, y, x, f)])
