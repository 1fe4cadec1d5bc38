"""Weights above a hundred are cut.

Caught by: svm_backward_in_awkward_cases
"""


def svm_backward(x, W, t, C):
    return np.clip(W, -100, 100) + x.T @ squared_hinge_backward(x @ W, t, C)
