"""Only the middle of each window comes back.

Caught by: col2im_is_the_adjoint_of_im2col
"""


def col2im(cols, shape, kh, kw):
    cols = cols.reshape(*shape[:3], kh, kw, shape[3])
    return cols[:, :, :, kh // 2, kw // 2].copy()
