"""dx is the convolution with the filters as they are.

Caught by: dx_agrees_with_differences
"""


def turned(W):
    return W.transpose(0, 1, 3, 2)
