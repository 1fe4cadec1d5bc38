"""A mean over the channels.

Caught by: dvalue_agrees_with_differences
"""

right = value_gradient


def value_gradient(dy, n, y, x, f, D):
    return right(dy, n, y, x, f, D) / dy.shape[3]
