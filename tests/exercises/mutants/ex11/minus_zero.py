"""The rim is cut off with [p:-p], which leaves nothing where p is 0.

Caught by: conv2d_backward_in_awkward_cases
"""


def dx_of(dy, W):
    n, h, w, _ = dy.shape
    kh, kw, c, _ = W.shape
    p, q = kh // 2, kw // 2
    wide = np.zeros((n, h + 2 * p, w + 2 * q, c))
    for u in range(kh):
        for v in range(kw):
            wide[:, u : u + h, v : v + w] += dy @ W[u, v].T
    return wide[:, p:-p, q:-q].copy()
