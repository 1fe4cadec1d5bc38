"""C goes to the weights.

Caught by: dW_agrees_with_differences
"""


def svm_backward(x, W, t, C):
    return W / C + x.T @ squared_hinge_backward(x @ W, t, 1.0)
