"""A slope of one hundredth below zero.

Caught by: da_agrees_with_differences
"""

import numpy as np


def relu_backward(dh, a):
    return np.where(a > 0, dh, np.where(a < 0, 0.01 * dh, 0))
