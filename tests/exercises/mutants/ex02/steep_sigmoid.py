"""A steep sigmoid for the step.

Caught by: relu_backward_in_awkward_cases
"""

import numpy as np


def relu_backward(dh, a):
    with np.errstate(over="ignore"):
        return np.where(a == 0, 0, dh / (1 + np.exp(-1e9 * a)))
