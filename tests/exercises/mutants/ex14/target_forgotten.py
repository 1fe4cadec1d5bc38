"""The inner derivative, -t, is taken as -1.

Caught by: samples_beyond_the_margin_pull_no_more
"""

import numpy as np


def squared_hinge_backward(s, t, C):
    return -2 * C * np.maximum(0, 1 - t * s)
