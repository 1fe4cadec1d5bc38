"""A negative value is taken for none.

Caught by: decode_winners_in_awkward_cases
"""

right = decode_winners


def decode_winners(n, y, x, f, value, shape, D, b):
    return right(n, y, x, f, np.maximum(value, 0), shape, D, b)
