"""Training goes on where the last call ended.

Caught by: the_same_seed_gives_the_same_weights
"""

right = train
LAST = {}


def train(x, n_hidden, lifetime, seed):
    start = LAST.get((x.shape, n_hidden))
    found = right(x, n_hidden, lifetime, seed)
    if start is not None:
        found = tuple(0.5 * (a + b) for a, b in zip(found, start))
    LAST[x.shape, n_hidden] = found
    return found
