"""kh for both sides of a window.

Caught by: col2im_in_awkward_cases
"""

right = col2im


def col2im(cols, shape, kh, kw):
    return right(cols.reshape(len(cols), -1, shape[3])[:, : kh * kh].reshape(len(cols), -1), shape, kh, kh)
