"""The slope at zero is taken as 1.

Caught by: relu_has_no_gradient_at_zero
"""


def relu_backward(dh, a):
    return dh * (a >= 0)
