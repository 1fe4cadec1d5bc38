"""Exercise 4, solved."""


def lifetime_backward(dz, mask):
    return dz * mask
