"""A device without a limit.

Caught by: attainable_in_awkward_cases
"""


def attainable(operations, n_bytes, rate, bus):
    return operations / n_bytes * bus
