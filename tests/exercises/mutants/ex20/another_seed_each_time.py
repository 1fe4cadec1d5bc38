"""The seed is not used.

Caught by: the_same_seed_gives_the_same_filters
"""


def generator(seed):
    return np.random.default_rng()
