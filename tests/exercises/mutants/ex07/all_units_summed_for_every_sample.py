"""A sum without its axis: the terms of all samples for each of them.

Caught by: free_energy_forward_in_awkward_cases
"""


def hidden(a):
    return np.logaddexp(0, a).sum()
