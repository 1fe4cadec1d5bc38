"""A learning rate above one is cut to one.

Caught by: fcwta_step_in_awkward_cases
"""


def fcwta_step(x, W_enc, b_enc, W_dec, b_dec, k, lr):
    params = W_enc, b_enc, W_dec, b_dec
    _, *grads = fcwta_loss_and_grads(x, *params, k)
    return tuple(w - min(lr, 1.0) * dw for w, dw in zip(params, grads))
