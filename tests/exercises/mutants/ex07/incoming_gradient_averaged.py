"""dF is taken for its mean.

Caught by: dW_agrees_with_differences
"""

right = free_energy_backward


def free_energy_backward(dF, v, W, b_h):
    return right(np.full(dF.shape, dF.mean()), v, W, b_h)
