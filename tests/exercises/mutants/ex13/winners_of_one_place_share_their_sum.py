"""Winners at one place get the sum of their gradients.

Caught by: dvalue_agrees_with_differences
"""

right = value_gradient


def value_gradient(dy, n, y, x, f, D):
    each = right(dy, n, y, x, f, D)
    place = np.stack([n, y, x, f], axis=1)
    return np.array([each[(place == p).all(axis=1)].sum() for p in place])
