"""33% of 103 is 33.99, and becomes 34.

Caught by: winners_per_unit_in_awkward_cases
"""


def winners_per_unit(rate, n):
    return max(1, int(rate * n + 0.01))
