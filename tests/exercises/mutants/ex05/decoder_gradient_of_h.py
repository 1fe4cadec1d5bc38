"""The decoder learns from h, not from z.

Caught by: dW_dec_agrees_with_differences
"""


def fcwta_loss_and_grads(x, W_enc, b_enc, W_dec, b_dec, k):
    a = x @ W_enc + b_enc
    h = np.maximum(a, 0)
    mask = winners(h, k)
    x_hat = h * mask @ W_dec + b_dec
    dx_hat = dx_hat_of(x_hat, x)
    da = da_of(dx_hat @ W_dec.T, mask, a)
    return loss_of(x_hat, x), x.T @ da, da.sum(axis=0), h.T @ dx_hat, dx_hat.sum(axis=0)
