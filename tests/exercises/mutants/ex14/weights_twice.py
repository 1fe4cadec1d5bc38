"""The derivative of 1/2 W^2 is taken as 2 W.

Caught by: dW_agrees_with_differences
"""


def svm_backward(x, W, t, C):
    return 2 * W + x.T @ squared_hinge_backward(x @ W, t, C)
