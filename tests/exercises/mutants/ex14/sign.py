"""The gradient points down.

Caught by: ds_agrees_with_differences
"""

import numpy as np


def squared_hinge_backward(s, t, C):
    return 2 * C * t * np.maximum(0, 1 - t * s)
