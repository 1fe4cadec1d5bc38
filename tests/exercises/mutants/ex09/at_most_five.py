"""Windows above 5 are cut to 5.

Caught by: im2col_in_awkward_cases
"""

right = im2col


def im2col(x, kh, kw):
    cols = right(x, kh, kw).reshape(*x.shape[:3], kh, kw, x.shape[3])
    cols[:, :, :, 5:] = 0
    cols[:, :, :, :, 5:] = 0
    return cols.reshape(-1, kh * kw * x.shape[3])
