"""kh // 2 on all sides.

Caught by: conv2d_backward_in_awkward_cases
"""


def im2col(x, kh, kw):
    n, h, w, c = x.shape
    p = kh // 2
    wide = np.pad(x, ((0, 0), (p, p), (p, max(p, kw - 1 - p)), (0, 0)))
    cols = np.empty((n, h, w, kh, kw, c))
    for u in range(kh):
        for v in range(kw):
            cols[:, :, :, u, v] = wide[:, u : u + h, v : v + w]
    return cols.reshape(n * h * w, kh * kw * c)
