"""Everything that reaches the k-th largest activation wins: where samples repeat, more than k do.

Caught by: the_loss_is_half_the_squared_error_of_a_sample
"""

import numpy as np


def fcwta_loss_and_grads(x, W_enc, b_enc, W_dec, b_dec, k):
    h = np.maximum(x @ W_enc + b_enc, 0)
    mask = h >= np.sort(h, axis=0)[-k]
    z = h * mask
    dx_hat = (z @ W_dec + b_dec - x) / len(x)
    loss = (dx_hat**2).sum() * len(x) / 2
    da = dx_hat @ W_dec.T * mask * (h > 0)
    return loss, x.T @ da, da.sum(axis=0), z.T @ dx_hat, dx_hat.sum(axis=0)
