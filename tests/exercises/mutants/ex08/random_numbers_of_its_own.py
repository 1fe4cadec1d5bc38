"""Draws its own numbers.

Caught by: one_step_of_the_chain_as_a_whole
"""

RNG = np.random.default_rng(3)


def sample(p, u):
    return (RNG.random(p.shape) < p).astype(float)
