"""dh itself is set to zero where a is not positive.

Caught by: da_agrees_with_differences
"""


def relu_backward(dh, a):
    dh[a <= 0] = 0
    return dh
