"""The maps come first in a row of features.

Caught by: features_in_awkward_cases
"""

right = pooled


def pooled(h, size, stride, windows):
    return np.ascontiguousarray(right(h, size, stride, windows).transpose(0, 2, 1))
