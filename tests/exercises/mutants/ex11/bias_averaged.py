"""db is a mean over the samples.

Caught by: db_agrees_with_differences
"""


def db_of(dy):
    return dy.sum(axis=(1, 2)).mean(axis=0)
