"""Gradients of windows that share a pixel are averaged.

Caught by: gradients_are_neither_lost_nor_made
"""


def add_to(flat, places, values):
    count = np.zeros(flat.shape)
    np.add.at(count, places, 1)
    np.add.at(flat, places, values)
    flat /= np.maximum(count, 1)
