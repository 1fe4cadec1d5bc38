"""The gradient goes through as if there were no rectifier.

Caught by: da_agrees_with_differences
"""


def relu_backward(dh, a):
    return dh.copy()
