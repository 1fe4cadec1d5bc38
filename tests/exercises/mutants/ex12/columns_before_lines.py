"""Among equals the first of the leftmost column.

Caught by: the_winner_is_the_first_of_the_largest
"""

right = mask_of


def mask_of(h):
    return right(h.swapaxes(1, 2).copy()).swapaxes(1, 2).copy()
