"""Only the weights travel.

Caught by: bytes_moved_in_awkward_cases
"""


def bytes_moved(n, d, m, itemsize):
    return itemsize * (n * d + 4 * d * m)
