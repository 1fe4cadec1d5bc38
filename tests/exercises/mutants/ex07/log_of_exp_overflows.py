"""log(1 + exp(a)) as it is written.

Caught by: free_energy_does_not_overflow
"""

import numpy as np


def hidden(a):
    return np.log(1 + np.exp(a)).sum(axis=1)
