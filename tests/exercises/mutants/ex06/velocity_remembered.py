"""The velocity is kept from call to call instead of the one that is handed in.

Caught by: the_first_step_is_plain_gradient_descent
"""

VELOCITY = {}


def momentum_step(w, v, dw, lr, mu):
    VELOCITY[w.shape] = mu * VELOCITY.get(w.shape, v) - lr * dw
    return w + VELOCITY[w.shape], VELOCITY[w.shape].copy()
