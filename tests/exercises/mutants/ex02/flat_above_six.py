"""ReLU6: no slope above 6.

Caught by: relu_backward_in_awkward_cases
"""


def relu_backward(dh, a):
    return dh * ((a > 0) & (a < 6))
