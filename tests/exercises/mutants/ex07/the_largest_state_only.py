"""The largest term instead of the sum.

Caught by: free_energy_sums_over_the_hidden_states
"""

import numpy as np


def hidden(a):
    return np.maximum(a, 0).sum(axis=1)
