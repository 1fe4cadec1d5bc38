"""dF is taken as 1.

Caught by: dW_agrees_with_differences
"""


def free_energy_backward(dF, v, W, b_h):
    p = sigmoid(v @ W + b_h)
    return -v.T @ p, -v.sum(axis=0), -p.sum(axis=0)
