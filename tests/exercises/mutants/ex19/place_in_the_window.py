"""The place inside of the window, not in the map.

Caught by: max_pool_forward_in_awkward_cases
"""

right = max_pool_forward


def max_pool_forward(x, size, stride, windows):
    y, argmax = right(x, size, stride, windows)
    for p, q in np.ndindex(*windows):
        window = window_of(x, p, q, size, stride)
        argmax[:, p, q] = window.reshape(len(x), -1, x.shape[3]).argmax(axis=1)
    return y, argmax
