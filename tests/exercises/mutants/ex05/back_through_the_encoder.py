"""W_enc where W_dec.T belongs, on the way back.

Caught by: dW_enc_agrees_with_differences
"""


def fcwta_loss_and_grads(x, W_enc, b_enc, W_dec, b_dec, k):
    a = x @ W_enc + b_enc
    mask = winners(np.maximum(a, 0), k)
    z = np.maximum(a, 0) * mask
    x_hat = z @ W_dec + b_dec
    dx_hat = dx_hat_of(x_hat, x)
    da = da_of(dx_hat @ W_enc, mask, a)
    return loss_of(x_hat, x), x.T @ da, da.sum(axis=0), z.T @ dx_hat, dx_hat.sum(axis=0)
