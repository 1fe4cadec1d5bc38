"""Seed 0 is taken for none.

Caught by: the_same_seed_gives_the_same_weights
"""


def generator(seed):
    return np.random.default_rng(seed or None)
