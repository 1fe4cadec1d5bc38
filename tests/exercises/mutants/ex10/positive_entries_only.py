"""Negative entries are lost.

Caught by: col2im_in_awkward_cases
"""

right = col2im


def col2im(cols, shape, kh, kw):
    return right(np.maximum(cols, 0), shape, kh, kw)
