"""An empty list of winners is an error.

Caught by: value_gradient_in_awkward_cases
"""

right = value_gradient


def value_gradient(dy, n, y, x, f, D):
    first = n[0]
    return right(dy, n, y, x, f, D) if first >= 0 else None
