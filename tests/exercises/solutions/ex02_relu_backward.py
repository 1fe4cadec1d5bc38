"""Exercise 2, solved."""


def relu_backward(dh, a):
    return dh * (a > 0)
