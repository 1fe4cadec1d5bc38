"""Works on the caller's arrays.

Caught by: without_a_gradient_the_velocity_fades
"""


def momentum_step(w, v, dw, lr, mu):
    v *= mu
    v -= lr * dw
    w += v
    return w, v
