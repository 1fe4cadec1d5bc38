"""Among equals the last in reading order.

Caught by: the_winner_is_the_first_of_the_largest
"""

right = mask_of


def mask_of(h):
    return right(h[:, ::-1, ::-1].copy())[:, ::-1, ::-1].copy()
