"""Exercise 17, solved."""


def operations(n, d, m):
    return 5 * (2 * n * d * m)


def bytes_moved(n, d, m, itemsize):
    parameters = 2 * d * m + m + d
    return itemsize * (n * d + 2 * parameters)


def attainable(operations, n_bytes, rate, bus):
    return min(float(rate), operations / n_bytes * bus)
