"""A whole number, but a float: no slice takes it.

Caught by: winners_per_unit_in_awkward_cases
"""

import numpy as np


def winners_per_unit(rate, n):
    return max(1.0, np.floor(rate * n + 1e-9))
