"""a without b_enc.

Caught by: the_loss_is_half_the_squared_error_of_a_sample
"""

right = fcwta_loss_and_grads


def fcwta_loss_and_grads(x, W_enc, b_enc, W_dec, b_dec, k):
    return right(x, W_enc, 0 * b_enc, W_dec, b_dec, k)
