"""A unit is 1 where its number is above its probability.

Caught by: one_step_of_the_chain_as_a_whole
"""


def sample(p, u):
    return (u > p).astype(float)
