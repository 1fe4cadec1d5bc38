"""F has the sign of a log-probability.

Caught by: free_energy_sums_over_the_hidden_states
"""


def free_energy_forward(v, W, b_v, b_h):
    return v @ b_v + hidden(v @ W + b_h)
