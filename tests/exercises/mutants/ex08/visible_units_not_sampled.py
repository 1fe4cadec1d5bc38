"""What comes back are probabilities.

Caught by: the_negative_phase_raises_the_energy_of_what_came_back
"""


def cd1_statistics(v, W, b_v, b_h, u_h, u_v):
    p = sigmoid(v @ W + b_h)
    seen = sigmoid(sample(p, u_h) @ W.T + b_v)
    return statistics(v, p, seen, sigmoid(seen @ W + b_h))
