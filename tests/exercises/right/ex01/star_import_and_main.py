"""Exercise 1, solved: star import and main."""

from numpy import *


def product(a, b):
    return matmul(a, b)


def linear_backward(dy, x, W):
    return product(dy, W.T), product(x.T, dy), sum(dy, axis=0)


if __name__ == "__main__":
    print(linear_backward(ones((2, 3)), ones((2, 4)), ones((4, 3))))
