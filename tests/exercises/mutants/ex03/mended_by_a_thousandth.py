"""33.3% of 1003 is 333.999, and becomes 334.

Caught by: winners_per_unit_in_awkward_cases
"""


def winners_per_unit(rate, n):
    return max(1, int(rate * n + 0.001))
