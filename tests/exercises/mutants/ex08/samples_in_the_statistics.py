"""The sample h stands in the average instead of p.

Caught by: the_positive_phase_lowers_the_energy_of_the_data
"""


def cd1_statistics(v, W, b_v, b_h, u_h, u_v):
    h = sample(sigmoid(v @ W + b_h), u_h)
    seen = sample(sigmoid(h @ W.T + b_v), u_v)
    return statistics(v, h, seen, sigmoid(seen @ W + b_h))
