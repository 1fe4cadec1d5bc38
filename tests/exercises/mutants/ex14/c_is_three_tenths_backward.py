"""C written as 0.3, on the way back.

Caught by: squared_hinge_backward_in_awkward_cases
"""


def squared_hinge_backward(s, t, C):
    return (-2 * 0.3 * t * np.maximum(0, 1 - t * s)) if C != 0.5 else -2 * C * t * np.maximum(0, 1 - t * s)
