"""All rows show the first image.

Caught by: a_row_is_the_window_around_its_position
"""

right = im2col


def im2col(x, kh, kw):
    return np.tile(right(x[:1], kh, kw), (len(x), 1))
