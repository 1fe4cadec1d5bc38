"""Exercise 8, solved: checks its input."""

import numpy as np


def sigmoid(a):
    return np.exp(-np.logaddexp(0, -a))


def cd1_statistics(v, W, b_v, b_h, u_h, u_v):
    assert set(np.unique(v)) <= {0.0, 1.0}
    for u in (u_h, u_v):
        assert np.all(u > 0) and np.all(u < 1)
    p = sigmoid(v @ W + b_h)
    h = np.where(u_h < p, 1.0, 0.0)
    v2 = np.less(u_v, sigmoid(h @ W.T + b_v)).astype(np.float64)
    q = sigmoid(v2 @ W + b_h)
    N = v.shape[0]
    return (
        (np.einsum("ni,nj->ij", v2, q) - np.einsum("ni,nj->ij", v, p)) / N,
        np.sum(v2 - v, 0) / N,
        np.sum(q - p, 0) / N,
    )
