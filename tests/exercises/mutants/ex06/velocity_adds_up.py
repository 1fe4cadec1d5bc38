"""The velocity's sign is that of the gradient, and w moves against it.

Caught by: the_first_step_is_plain_gradient_descent
"""


def momentum_step(w, v, dw, lr, mu):
    v = mu * v + lr * dw
    return w - v, v
