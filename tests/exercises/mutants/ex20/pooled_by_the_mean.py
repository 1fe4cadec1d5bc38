"""Means for maxima.

Caught by: features_in_awkward_cases
"""


def pooled(h, size, stride, windows):
    parts = [
        h[:, p * stride : p * stride + size, q * stride : q * stride + size] for p, q in np.ndindex(*windows)
    ]
    return np.stack([part.mean(axis=(1, 2)) for part in parts], axis=1)
