"""Another convention: v = mu v + dw, w = w - lr v.

Caught by: the_first_step_is_plain_gradient_descent
"""


def momentum_step(w, v, dw, lr, mu):
    v = mu * v + dw
    return w - lr * v, v
