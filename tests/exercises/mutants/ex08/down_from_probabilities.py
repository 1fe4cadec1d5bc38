"""The way down begins at p: no sample of h is drawn.

Caught by: the_chain_goes_down_from_a_sample
"""


def cd1_statistics(v, W, b_v, b_h, u_h, u_v):
    p = sigmoid(v @ W + b_h)
    seen = sample(sigmoid(p @ W.T + b_v), u_v)
    return statistics(v, p, seen, sigmoid(seen @ W + b_h))
