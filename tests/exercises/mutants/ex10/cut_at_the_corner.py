"""The rim is cut off on one side only.

Caught by: ones_count_the_windows_that_show_a_pixel
"""

import numpy as np


def col2im(cols, shape, kh, kw):
    n, h, w, c = shape
    cols = cols.reshape(n, h, w, kh, kw, c)
    wide = np.zeros((n, h + kh - 1, w + kw - 1, c))
    for u in range(kh):
        for v in range(kw):
            wide[:, u : u + h, v : v + w] += cols[:, :, :, u, v]
    return wide[:, :h, :w].copy()
