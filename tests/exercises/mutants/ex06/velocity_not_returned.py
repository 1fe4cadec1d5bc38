"""Only w comes back.

Caught by: the_first_step_is_plain_gradient_descent
"""


def momentum_step(w, v, dw, lr, mu):
    return w + mu * v - lr * dw
