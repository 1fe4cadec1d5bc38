"""The mean for the maximum.

Caught by: max_pool_forward_in_awkward_cases
"""

right = max_pool_forward


def max_pool_forward(x, size, stride, windows):
    y, argmax = right(x, size, stride, windows)
    for p, q in np.ndindex(*windows):
        y[:, p, q] = window_of(x, p, q, size, stride).mean(axis=(1, 2))
    return y, argmax
