"""The step changes the parameters that came in.

Caught by: a_step_goes_down_the_gradient
"""


def fcwta_step(x, W_enc, b_enc, W_dec, b_dec, k, lr):
    params = W_enc, b_enc, W_dec, b_dec
    _, *grads = fcwta_loss_and_grads(x, *params, k)
    for w, dw in zip(params, grads):
        w -= lr * dw
    return params
