"""The numbers that are handed in are not used.

Caught by: one_step_of_the_chain_as_a_whole
"""


def sample(p, u):
    return (p > 0.5).astype(float)
