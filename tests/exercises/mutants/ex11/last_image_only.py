"""The weights learn from the last image.

Caught by: dW_agrees_with_differences
"""

right = dW_of


def dW_of(dy, x, W):
    return right(dy[-1:], x[-1:], W)
