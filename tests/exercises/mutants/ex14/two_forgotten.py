"""The 2 of the derivative of the square is missing.

Caught by: ds_agrees_with_differences
"""

import numpy as np


def squared_hinge_backward(s, t, C):
    return -C * t * np.maximum(0, 1 - t * s)
