"""What np.isclose takes for zero gets no gradient.

Caught by: relu_backward_in_awkward_cases
"""

import numpy as np


def relu_backward(dh, a):
    return dh * ((a > 0) & ~np.isclose(a, 0))
