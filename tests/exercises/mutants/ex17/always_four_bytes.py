"""float32 is taken for granted.

Caught by: bytes_moved_in_awkward_cases
"""


def bytes_moved(n, d, m, itemsize):
    return 4 * (n * d + 2 * (2 * d * m + m + d))
