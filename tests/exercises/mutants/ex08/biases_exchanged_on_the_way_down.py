"""The hidden bias is forgotten on the way up again.

Caught by: one_step_of_the_chain_as_a_whole
"""


def cd1_statistics(v, W, b_v, b_h, u_h, u_v):
    p = sigmoid(v @ W + b_h)
    seen = sample(sigmoid(sample(p, u_h) @ W.T + b_v), u_v)
    return statistics(v, p, seen, sigmoid(seen @ W))
