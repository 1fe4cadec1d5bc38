"""C written as 0.3.

Caught by: squared_hinge_forward_in_awkward_cases
"""


def squared_hinge_forward(s, t, C):
    return 0.3 * float(np.sum(np.maximum(0, 1 - t * s) ** 2))
