"""Exercise 9, solved: sliding windows."""

import numpy as np


def im2col(x, kh, kw):
    assert kh % 2 == 1 and kw % 2 == 1
    wide = np.pad(x, [(0, 0), (kh // 2,) * 2, (kw // 2,) * 2, (0, 0)])
    windows = np.lib.stride_tricks.sliding_window_view(wide, (kh, kw), axis=(1, 2))
    return windows.transpose(0, 1, 2, 4, 5, 3).reshape(-1, kh * kw * x.shape[3])
