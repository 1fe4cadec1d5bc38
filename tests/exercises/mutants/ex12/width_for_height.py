"""Positions are counted with the height for the width.

Caught by: the_winner_is_the_first_of_the_largest
"""


def mask_of(h):
    n, height, width, f = h.shape
    best = h.reshape(n, height * width, f).argmax(axis=1)
    mask = np.zeros(h.shape, bool)
    for m in range(n):
        for g in range(f):
            i, j = divmod(int(best[m, g]), height)
            mask[m, i % height, j % width, g] = True
    return mask
