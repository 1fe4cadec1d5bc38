"""The loss without its 1/2.

Caught by: top_loss_and_grads_in_awkward_cases
"""


def loss_of(error):
    return float(np.sum(error**2)) / len(error)
