"""A gradient above ten is cut.

Caught by: momentum_step_in_awkward_cases
"""

import numpy as np


def momentum_step(w, v, dw, lr, mu):
    v = mu * v - lr * np.clip(dw, -10, 10)
    return w + v, v
