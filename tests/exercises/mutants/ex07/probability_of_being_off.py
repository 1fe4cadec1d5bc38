"""1 - p where p belongs.

Caught by: dW_agrees_with_differences
"""


def sigmoid(a):
    return np.exp(-np.logaddexp(0, a))
