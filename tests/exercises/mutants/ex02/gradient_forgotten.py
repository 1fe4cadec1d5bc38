"""The slope alone, not multiplied by dh.

Caught by: da_agrees_with_differences
"""


def relu_backward(dh, a):
    return 1.0 * (a > 0)
