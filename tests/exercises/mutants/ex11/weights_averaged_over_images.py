"""Divided by the number of images.

Caught by: dW_agrees_with_differences
"""

right = dW_of


def dW_of(dy, x, W):
    return right(dy, x, W) / len(x)
