"""Exercise 2, solved: flat loop."""

import numpy as np


def relu_backward(dh, a):
    da = np.zeros_like(a)
    for i in range(a.size):
        if a.flat[i] > 0:
            da.flat[i] = dh.flat[i]
    return da
