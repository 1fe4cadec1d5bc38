"""kh and kw change places.

Caught by: a_row_is_the_window_around_its_position
"""

import numpy as np


def im2col(x, kh, kw):
    n, h, w, c = x.shape
    wide = padded(x, kw, kh)
    windows = [wide[m, i : i + kw, j : j + kh].ravel() for m, i, j in np.ndindex(n, h, w)]
    return np.array(windows)
