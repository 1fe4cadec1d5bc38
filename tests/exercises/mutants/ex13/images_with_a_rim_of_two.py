"""A rim of two pixels, whatever the atom.

Caught by: decode_winners_in_awkward_cases
"""


def decode_winners(n, y, x, f, value, shape, D, b):
    _, kh, kw, c = D.shape
    samples, h, w = shape
    wide = np.zeros((samples, h + 4, w + 4, c))
    for m, i, j, g, a in zip(n, y, x, f, value):
        for u in range(kh):
            for v in range(kw):
                p, q = i + u - kh // 2 + 2, j + v - kw // 2 + 2
                if abs(u - kh // 2) <= 2 and abs(v - kw // 2) <= 2:
                    wide[m, p, q] += a * D[g, u, v]
    return wide[:, 2 : 2 + h, 2 : 2 + w] + b
