"""Moving and computing one after the other.

Caught by: attainable_in_awkward_cases
"""


def attainable(operations, n_bytes, rate, bus):
    return operations / (operations / rate + n_bytes / bus)
