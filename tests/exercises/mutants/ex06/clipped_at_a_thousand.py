"""A gradient whose norm is above 1000 is shortened.

Caught by: momentum_step_in_awkward_cases
"""

import numpy as np


def momentum_step(w, v, dw, lr, mu):
    norm = np.linalg.norm(dw)
    v = mu * v - lr * dw * min(1, 1000 / (norm + 1e-12))
    return w + v, v
