"""The gradient is weighted by 1 - mu.

Caught by: a_constant_slope_is_taken_at_its_final_speed
"""


def momentum_step(w, v, dw, lr, mu):
    v = mu * v - (1 - mu) * lr * dw
    return w + v, v
