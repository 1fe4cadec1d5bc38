"""The velocity first, then the parameter.

Caught by: the_first_step_is_plain_gradient_descent
"""


def momentum_step(w, v, dw, lr, mu):
    v = mu * v - lr * dw
    return v, w + v
