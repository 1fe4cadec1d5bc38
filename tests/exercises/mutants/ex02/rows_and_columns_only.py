"""Loops over rows and columns: no other number of axes.

Caught by: relu_backward_in_awkward_cases
"""


def relu_backward(dh, a):
    da = dh.copy()
    for n in range(a.shape[0]):
        for j in range(a.shape[1]):
            if a[n, j] <= 0:
                da[n, j] = 0
    return da
