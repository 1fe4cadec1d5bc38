"""dh times h instead of dh times the slope of h.

Caught by: da_agrees_with_differences
"""

import numpy as np


def relu_backward(dh, a):
    return dh * np.maximum(a, 0)
