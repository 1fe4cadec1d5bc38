"""Exercise 15, solved: single precision."""

import numpy as np


def train(x, n_hidden, lifetime, seed):
    rng = np.random.default_rng(seed)
    x = x.astype(np.float32)
    d = x.shape[1]
    shapes = (d, n_hidden), (n_hidden,), (n_hidden, d), (d,)
    p = [(0.01 * rng.standard_normal(s) if len(s) > 1 else np.zeros(s)).astype(np.float32) for s in shapes]
    m = [np.zeros_like(q) for q in p]
    for epoch in range(25):
        for batch in np.array_split(rng.permutation(len(x)), max(1, len(x) // 100)):
            v = x[batch]
            a = v @ p[0] + p[1]
            h = np.maximum(a, 0)
            k = max(1, int(lifetime * len(v) + 1e-6))
            mask = np.zeros(h.shape, bool)
            np.put_along_axis(mask, np.argsort(-h, axis=0, kind="stable")[:k], True, axis=0)
            z = h * mask
            e = (z @ p[2] + p[3] - v) / len(v)
            da = (e @ p[2].T) * mask * (a > 0)
            for i, g in enumerate((v.T @ da, da.sum(0), z.T @ e, e.sum(0))):
                m[i] = np.float32(0.9) * m[i] - np.float32(0.08) * g
                p[i] = p[i] + m[i]
    return p
