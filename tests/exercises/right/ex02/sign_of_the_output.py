"""Exercise 2, solved: sign of the output."""

import numpy as np


def relu_backward(dh, a):
    h = np.maximum(a, 0)
    return dh * np.sign(h)
