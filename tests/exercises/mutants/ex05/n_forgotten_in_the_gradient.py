"""dx_hat is not divided by N.

Caught by: db_dec_agrees_with_differences
"""


def dx_hat_of(x_hat, x):
    return x_hat - x
