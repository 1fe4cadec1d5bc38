"""The gradient of z goes back through a decoder of absolute weights: nothing that has a name.

Caught by: dW_enc_agrees_with_differences
"""

import numpy as np

right = fcwta_loss_and_grads


def fcwta_loss_and_grads(x, W_enc, b_enc, W_dec, b_dec, k):
    loss, _, _, *decoder = right(x, W_enc, b_enc, W_dec, b_dec, k)
    _, dW_enc, db_enc, _, _ = right(x, W_enc, b_enc, np.abs(W_dec), b_dec, k)
    return loss, dW_enc, db_enc, *decoder
