"""Zeros never win.

Caught by: each_map_of_each_image_has_one_winner
"""

right = mask_of


def mask_of(h):
    return right(h) & (h > 0)
