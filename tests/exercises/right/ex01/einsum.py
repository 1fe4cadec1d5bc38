"""Exercise 1, solved: einsum."""

import numpy as np


def linear_backward(dy, x, W):
    return np.einsum("nm,dm->nd", dy, W), np.einsum("nd,nm->dm", x, dy), np.einsum("nm->m", dy)
