"""1/2 W^2 is forgotten.

Caught by: without_samples_that_pull_only_the_weights_are_left
"""


def svm_backward(x, W, t, C):
    return x.T @ squared_hinge_backward(x @ W, t, C)
