"""Exercise 2, solved: heaviside."""

import numpy as np


def relu_backward(dh: np.ndarray, a: np.ndarray) -> np.ndarray:
    return dh * np.heaviside(a, 0.0)
