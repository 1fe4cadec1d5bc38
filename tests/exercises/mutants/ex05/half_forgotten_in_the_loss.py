"""The loss without its 1/2; the gradients are right.

Caught by: the_loss_is_half_the_squared_error_of_a_sample
"""


def loss_of(x_hat, x):
    return float(np.sum((x_hat - x) ** 2)) / len(x)
