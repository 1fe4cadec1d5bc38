"""Everything is a one.

Caught by: your_features_tell_digits_apart
"""

EPOCHS = 1


def classify(f, t, g):
    return np.ones(len(g), int)
