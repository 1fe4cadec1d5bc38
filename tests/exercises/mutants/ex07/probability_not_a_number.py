"""exp(a) / (1 + exp(a)) is no number far above zero.

Caught by: free_energy_backward_in_awkward_cases
"""


def sigmoid(a):
    return np.exp(a) / (1 + np.exp(a))
