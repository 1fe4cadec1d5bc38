"""The maximum is taken over the maps, too.

Caught by: each_map_of_each_image_has_one_winner
"""


def mask_of(h):
    return h == h.max(axis=(1, 2, 3), keepdims=True)
