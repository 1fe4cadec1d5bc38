"""The losses are averaged.

Caught by: the_hinge_is_the_squared_shortfall
"""

right = squared_hinge_forward


def squared_hinge_forward(s, t, C):
    return right(s, t, C) / len(s)
