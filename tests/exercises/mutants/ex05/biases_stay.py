"""A step that forgets the biases.

Caught by: a_step_goes_down_the_gradient
"""


def fcwta_step(x, W_enc, b_enc, W_dec, b_dec, k, lr):
    _, dW_enc, _, dW_dec, _ = fcwta_loss_and_grads(x, W_enc, b_enc, W_dec, b_dec, k)
    return W_enc - lr * dW_enc, b_enc.copy(), W_dec - lr * dW_dec, b_dec.copy()
