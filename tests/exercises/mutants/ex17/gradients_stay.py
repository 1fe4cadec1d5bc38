"""Nothing comes down.

Caught by: bytes_moved_in_awkward_cases
"""


def bytes_moved(n, d, m, itemsize):
    return itemsize * (n * d + 2 * d * m + m + d)
