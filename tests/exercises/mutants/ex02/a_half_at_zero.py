"""The slope at zero is taken as 1/2.

Caught by: relu_has_no_gradient_at_zero
"""

import numpy as np


def relu_backward(dh, a):
    return dh * np.heaviside(a, 0.5)
