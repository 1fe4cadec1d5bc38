"""The decoder keeps the weights that it began with.

Caught by: new_digits_are_reconstructed
"""

right_gradients = gradients


def gradients(x, W, b, V, c, k):
    dW, db, dV, dc = right_gradients(x, W, b, V, c, k)
    return dW, db, 0 * dV, 0 * dc
