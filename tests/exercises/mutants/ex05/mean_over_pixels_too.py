"""The loss averages over pixels.

Caught by: the_loss_is_half_the_squared_error_of_a_sample
"""

import numpy as np


def loss_of(x_hat, x):
    return float(np.mean((x_hat - x) ** 2)) / 2
