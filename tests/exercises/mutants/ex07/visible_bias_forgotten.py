"""The term -b_v v is missing.

Caught by: free_energy_sums_over_the_hidden_states
"""


def free_energy_forward(v, W, b_v, b_h):
    return -hidden(v @ W + b_h)
