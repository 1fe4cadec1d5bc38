"""The sign of dh decides, not that of a.

Caught by: da_agrees_with_differences
"""

import numpy as np


def relu_backward(dh, a):
    return np.maximum(dh, 0)
