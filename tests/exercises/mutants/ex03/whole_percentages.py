"""One eighth becomes 12%.

Caught by: winners_per_unit_in_awkward_cases
"""


def winners_per_unit(rate, n):
    return max(1, int(round(100 * rate)) * n // 100)
