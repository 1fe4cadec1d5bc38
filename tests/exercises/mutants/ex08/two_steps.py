"""Two steps of the chain.

Caught by: one_step_of_the_chain_as_a_whole
"""


def cd1_statistics(v, W, b_v, b_h, u_h, u_v):
    p, seen = sigmoid(v @ W + b_h), v
    for _ in range(2):
        h = sample(sigmoid(seen @ W + b_h), u_h)
        seen = sample(sigmoid(h @ W.T + b_v), u_v)
    return statistics(v, p, seen, sigmoid(seen @ W + b_h))
