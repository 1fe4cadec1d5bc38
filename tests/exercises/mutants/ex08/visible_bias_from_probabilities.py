"""db_v from the visible probabilities, all else from the sample.

Caught by: one_step_of_the_chain_as_a_whole
"""


def cd1_statistics(v, W, b_v, b_h, u_h, u_v):
    p = sigmoid(v @ W + b_h)
    back = sigmoid(sample(p, u_h) @ W.T + b_v)
    seen = sample(back, u_v)
    dW, _, db_h = statistics(v, p, seen, sigmoid(seen @ W + b_h))
    return dW, (back - v).mean(axis=0), db_h
