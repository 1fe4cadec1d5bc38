"""The two products of the way forward.

Caught by: operations_in_awkward_cases
"""


def operations(n, d, m):
    return 4 * n * d * m
