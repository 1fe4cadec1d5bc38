"""Never more than a hundred winners.

Caught by: winners_per_unit_in_awkward_cases
"""


def winners_per_unit(rate, n):
    return min(100, max(1, int(rate * n + 1e-9)))
