"""Units compete with each other.

Caught by: new_digits_are_reconstructed
"""

right = winners


def winners(h, k):
    return right(h.T.copy(), k).T
