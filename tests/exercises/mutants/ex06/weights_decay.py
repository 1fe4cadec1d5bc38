"""A little weight decay besides.

Caught by: momentum_step_in_awkward_cases
"""


def momentum_step(w, v, dw, lr, mu):
    v = mu * v - lr * (dw + 1e-4 * w)
    return w + v, v
