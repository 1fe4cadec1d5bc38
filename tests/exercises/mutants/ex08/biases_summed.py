"""The biases' averages are sums.

Caught by: the_chain_goes_down_from_a_sample
"""


def statistics(v, p, seen, q):
    return (seen.T @ q - v.T @ p) / len(v), (seen - v).sum(axis=0), (q - p).sum(axis=0)
