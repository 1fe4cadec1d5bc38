"""The hinge without the square.

Caught by: the_hinge_is_the_squared_shortfall
"""

import numpy as np


def squared_hinge_forward(s, t, C):
    return C * float(np.sum(np.maximum(0, 1 - t * s)))
