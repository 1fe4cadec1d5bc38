"""One number for the whole mini-batch.

Caught by: free_energy_sums_over_the_hidden_states
"""


def free_energy_forward(v, W, b_v, b_h):
    return float(-(v @ b_v).sum() - hidden(v @ W + b_h).sum())
