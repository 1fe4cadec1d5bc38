"""Within a row all pixels of one channel stand side by side.

Caught by: a_row_is_the_window_around_its_position
"""

right = im2col


def im2col(x, kh, kw):
    cols = right(x, kh, kw)
    return cols.reshape(len(cols), kh * kw, -1).transpose(0, 2, 1).reshape(cols.shape)
