"""np.roll brings back to the other side what leaves the image.

Caught by: ones_count_the_windows_that_show_a_pixel
"""


def col2im(cols, shape, kh, kw):
    n, h, w, c = shape
    cols = cols.reshape(n, h, w, kh, kw, c)
    x = np.zeros(shape)
    for u in range(kh):
        for v in range(kw):
            x += np.roll(cols[:, :, :, u, v], (u - kh // 2, v - kw // 2), axis=(1, 2))
    return x
