"""No rectifier on the way forward.

Caught by: the_loss_is_half_the_squared_error_of_a_sample
"""


def fcwta_loss_and_grads(x, W_enc, b_enc, W_dec, b_dec, k):
    a = x @ W_enc + b_enc
    mask = winners(a, k)
    z = a * mask
    x_hat = z @ W_dec + b_dec
    dx_hat = dx_hat_of(x_hat, x)
    da = dx_hat @ W_dec.T * mask
    return loss_of(x_hat, x), x.T @ da, da.sum(axis=0), z.T @ dx_hat, dx_hat.sum(axis=0)
