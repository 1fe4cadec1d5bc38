"""Windows are turned, as a mathematician's convolution has them.

Caught by: a_row_is_the_window_around_its_position
"""

right = im2col


def im2col(x, kh, kw):
    cols = right(x, kh, kw).reshape(-1, kh, kw, x.shape[3])
    return cols[:, ::-1, ::-1].reshape(len(cols), -1)
