"""Exercise 10, solved: add at."""

import numpy as np


def col2im(cols, shape, kh, kw):
    N, H, W, C = shape
    assert cols.shape == (N * H * W, kh * kw * C)
    n, i, j, u, v = np.indices((N, H, W, kh, kw))
    i, j = i + u - kh // 2, j + v - kw // 2
    inside = (i >= 0) & (i < H) & (j >= 0) & (j < W)
    x = np.zeros(shape)
    np.add.at(x, (n[inside], i[inside], j[inside]), cols.reshape(N, H, W, kh, kw, C)[inside])
    return x
