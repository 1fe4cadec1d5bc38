"""q comes from the visible probabilities, dW and db_v from the sample.

Caught by: one_step_of_the_chain_as_a_whole
"""


def cd1_statistics(v, W, b_v, b_h, u_h, u_v):
    p = sigmoid(v @ W + b_h)
    back = sigmoid(sample(p, u_h) @ W.T + b_v)
    return statistics(v, p, sample(back, u_v), sigmoid(back @ W + b_h))
