"""The k largest of all units together.

Caught by: the_loss_is_half_the_squared_error_of_a_sample
"""


def winners(h, k):
    mask = np.zeros(h.size, bool)
    mask[np.argsort(-h.ravel(), kind="stable")[:k]] = True
    return mask.reshape(h.shape)
