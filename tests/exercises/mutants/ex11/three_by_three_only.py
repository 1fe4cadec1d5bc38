"""A rim of one pixel, whatever the filter.

Caught by: conv2d_backward_in_awkward_cases
"""


def im2col(x, kh, kw):
    n, h, w, c = x.shape
    wide = np.pad(x, ((0, 0), (1, 1), (1, 1), (0, 0)))
    cols = np.zeros((n, h, w, kh, kw, c))
    for u in range(min(3, kh)):
        for v in range(min(3, kw)):
            cols[:, :, :, u, v] = wide[:, u : u + h, v : v + w]
    return cols.reshape(n * h * w, kh * kw * c)
