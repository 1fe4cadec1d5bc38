"""A rim of two pixels, enough for windows of 5.

Caught by: col2im_in_awkward_cases
"""


def col2im(cols, shape, kh, kw):
    n, h, w, c = shape
    cols = cols.reshape(n, h, w, kh, kw, c)
    wide = np.zeros((n, h + 4, w + 4, c))
    for u in range(kh):
        for v in range(kw):
            i, j = u - kh // 2 + 2, v - kw // 2 + 2
            if 0 <= i <= 4 and 0 <= j <= 4:
                wide[:, i : i + h, j : j + w] += cols[:, :, :, u, v]
    return wide[:, 2 : 2 + h, 2 : 2 + w].copy()
