"""Visible units above 1/2 count as on.

Caught by: free_energy_forward_in_awkward_cases
"""


def free_energy_forward(v, W, b_v, b_h):
    v = (v > 0.5).astype(float)
    return -v @ b_v - hidden(v @ W + b_h)
