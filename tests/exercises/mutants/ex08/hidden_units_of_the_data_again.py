"""q is p.

Caught by: the_negative_phase_raises_the_energy_of_what_came_back
"""


def cd1_statistics(v, W, b_v, b_h, u_h, u_v):
    p = sigmoid(v @ W + b_h)
    seen = sample(sigmoid(sample(p, u_h) @ W.T + b_v), u_v)
    return statistics(v, p, seen, p)
