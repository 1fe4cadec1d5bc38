"""Gradients above ten are cut.

Caught by: lifetime_backward_in_awkward_cases
"""


def lifetime_backward(dz, mask):
    return (dz * mask).clip(-10, 10)
