"""Exercise 14, solved: masked."""

import numpy as np


def squared_hinge_forward(s, t, C):
    assert set(np.unique(t)) <= {-1.0, 1.0}
    short = 1 - t * s
    short[short < 0] = 0
    return C * np.square(short).sum()


def squared_hinge_backward(s, t, C):
    inside = (t * s < 1).astype(float)
    return 2 * C * (s - t) * inside


def svm_backward(x, W, t, C):
    return W.copy() + np.einsum("nd,nk->dk", x, squared_hinge_backward(x.dot(W), t, C))
