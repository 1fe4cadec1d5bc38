"""A plain autoencoder: everybody wins.

Caught by: new_digits_are_reconstructed
"""

import numpy as np


def winners(h, k):
    return np.ones(h.shape, bool)
