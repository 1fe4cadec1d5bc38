"""The sum over 2^M states that the stub does without.

Caught by: free_energy_forward_in_awkward_cases
"""


def free_energy_forward(v, W, b_v, b_h):
    m = len(b_h)
    h = (np.arange(2**m)[:, None] >> np.arange(m)) & 1
    return -v @ b_v - np.logaddexp.reduce((v @ W + b_h) @ h.T, axis=1)
