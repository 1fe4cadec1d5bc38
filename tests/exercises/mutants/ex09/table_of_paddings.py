"""A table of paddings that knows 1, 3 and 5.

Caught by: im2col_in_awkward_cases
"""

PADDING = {1: 0, 3: 1, 5: 2}


def padded(x, kh, kw):
    up, left = PADDING[kh], PADDING[kw]
    return np.pad(x, ((0, 0), (up, up), (left, left), (0, 0)))
