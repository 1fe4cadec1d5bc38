"""Exercise 2, solved: where and copy."""


def relu_backward(dh, a):
    assert dh.shape == a.shape
    da = dh.copy()
    da[a <= 0] = 0
    return da
