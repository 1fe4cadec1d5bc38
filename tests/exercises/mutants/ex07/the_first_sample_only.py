"""Only the first state is looked at.

Caught by: free_energy_forward_in_awkward_cases
"""


def free_energy_forward(v, W, b_v, b_h):
    F = -v[:1] @ b_v - hidden(v[:1] @ W + b_h)
    return np.repeat(F, len(v))
