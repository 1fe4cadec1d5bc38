"""Units compete with each other.

Caught by: the_loss_is_half_the_squared_error_of_a_sample
"""

right = winners


def winners(h, k):
    return right(h.T.copy(), min(k, h.shape[1])).T
