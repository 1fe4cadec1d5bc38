"""Beyond the border the edge goes on.

Caught by: a_row_is_the_window_around_its_position
"""

import numpy as np


def padded(x, kh, kw):
    return np.pad(x, ((0, 0), (kh // 2, kh // 2), (kw // 2, kw // 2), (0, 0)), mode="edge")
