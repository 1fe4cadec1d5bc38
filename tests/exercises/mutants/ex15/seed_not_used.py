"""The same random numbers whatever the seed.

Caught by: another_seed_gives_other_weights
"""

import numpy as np


def generator(seed):
    return np.random.default_rng(0)
