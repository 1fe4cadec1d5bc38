"""Every sample gets the mean of all.

Caught by: free_energy_forward_in_awkward_cases
"""


def free_energy_forward(v, W, b_v, b_h):
    F = -v @ b_v - hidden(v @ W + b_h)
    return np.full(F.shape, F.mean())
