"""Additions are not counted.

Caught by: operations_in_awkward_cases
"""


def operations(n, d, m):
    return 5 * n * d * m
