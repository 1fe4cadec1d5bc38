"""k is that of the whole data set: half of each mini-batch wins.

Caught by: most_units_are_alive
"""


def gradients(x, W, b, V, c, k, right=gradients):
    return right(x, W, b, V, c, min(len(x), 10 * k))
