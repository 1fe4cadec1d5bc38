"""The gradient is not averaged, and everything becomes infinite.

Caught by: new_digits_are_reconstructed
"""

right = gradients


def gradients(x, W, b, V, c, k):
    return tuple(100 * len(x) * g for g in right(x, W, b, V, c, k))
