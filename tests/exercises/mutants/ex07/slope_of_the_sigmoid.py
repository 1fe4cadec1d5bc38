"""p (1 - p) where p belongs: one derivative too many.

Caught by: dW_agrees_with_differences
"""


def sigmoid(a):
    p = np.exp(-np.logaddexp(0, -a))
    return p * (1 - p)
