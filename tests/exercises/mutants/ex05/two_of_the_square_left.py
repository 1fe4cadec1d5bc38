"""dx_hat has the 2 of the square, although L has a 1/2.

Caught by: dW_dec_agrees_with_differences
"""


def dx_hat_of(x_hat, x):
    return 2 * (x_hat - x) / len(x)
