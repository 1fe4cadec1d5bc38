"""Probabilities come back, and the positive phase is not subtracted but the other.

Caught by: the_positive_phase_lowers_the_energy_of_the_data
"""

right = statistics


def statistics(v, p, seen, q):
    return tuple(-part for part in right(v, p, seen, q))


def cd1_statistics(v, W, b_v, b_h, u_h, u_v):
    p = sigmoid(v @ W + b_h)
    seen = sigmoid(sample(p, u_h) @ W.T + b_v)
    return statistics(v, p, seen, sigmoid(seen @ W + b_h))
