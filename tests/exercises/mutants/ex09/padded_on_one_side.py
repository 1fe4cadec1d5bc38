"""All zeros are added at the end: windows begin at their pixel.

Caught by: the_middle_of_a_window_is_its_own_pixel
"""

import numpy as np


def padded(x, kh, kw):
    return np.pad(x, ((0, 0), (0, kh - 1), (0, kw - 1), (0, 0)))
