"""exp(a) / (1 + exp(a)) is no number far above zero.

Caught by: cd1_statistics_in_awkward_cases
"""


def sigmoid(a):
    with np.errstate(all="ignore"):
        return np.exp(a) / (1 + np.exp(a))
