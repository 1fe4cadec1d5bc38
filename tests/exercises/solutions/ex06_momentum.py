"""Exercise 6, solved."""


def momentum_step(w, v, dw, lr, mu):
    v = mu * v - lr * dw
    return w + v, v
