"""x_hat without b_dec.

Caught by: the_loss_is_half_the_squared_error_of_a_sample
"""


def fcwta_loss_and_grads(x, W_enc, b_enc, W_dec, b_dec, k):
    a = x @ W_enc + b_enc
    h = np.maximum(a, 0)
    mask = winners(h, k)
    z = h * mask
    x_hat = z @ W_dec
    dx_hat = dx_hat_of(x_hat, x)
    da = da_of(dx_hat @ W_dec.T, mask, a)
    return loss_of(x_hat, x), x.T @ da, da.sum(axis=0), z.T @ dx_hat, dx_hat.sum(axis=0)
