"""Cut windows see zeros, which beat negative values.

Caught by: max_pool_forward_in_awkward_cases
"""

right = max_pool_forward


def max_pool_forward(x, size, stride, windows):
    y, argmax = right(x, size, stride, windows)
    for p, q in np.ndindex(*windows):
        if p * stride + size > x.shape[1] or q * stride + size > x.shape[2]:
            y[:, p, q] = np.maximum(y[:, p, q], 0)
    return y, argmax
