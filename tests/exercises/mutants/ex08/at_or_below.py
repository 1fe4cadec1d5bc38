"""A unit is on where its number is not above its probability.

Caught by: cd1_statistics_in_awkward_cases
"""


def sample(p, u):
    return (u <= p).astype(float)
