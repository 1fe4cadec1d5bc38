"""The visible biases' term is summed over the mini-batch.

Caught by: free_energy_forward_in_awkward_cases
"""


def free_energy_forward(v, W, b_v, b_h):
    return -(v @ b_v).sum() - hidden(v @ W + b_h)
