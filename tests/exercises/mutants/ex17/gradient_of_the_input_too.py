"""Six products: the gradient of x is not needed.

Caught by: operations_in_awkward_cases
"""


def operations(n, d, m):
    return 12 * n * d * m
