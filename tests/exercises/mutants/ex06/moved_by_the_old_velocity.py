"""w moves before the velocity is new.

Caught by: without_a_gradient_the_velocity_fades
"""


def momentum_step(w, v, dw, lr, mu):
    return w + v, mu * v - lr * dw
