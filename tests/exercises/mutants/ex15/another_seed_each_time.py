"""The seed is not used.

Caught by: the_same_seed_gives_the_same_weights
"""

import numpy as np


def generator(seed):
    return np.random.default_rng()
