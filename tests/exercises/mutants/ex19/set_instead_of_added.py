"""The last window's gradient stays where several share a pixel.

Caught by: gradients_are_neither_lost_nor_made
"""


def add_to(flat, places, values):
    flat[places] = values
