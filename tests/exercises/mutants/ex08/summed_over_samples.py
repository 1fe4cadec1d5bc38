"""The averages are sums.

Caught by: the_positive_phase_lowers_the_energy_of_the_data
"""

right = statistics


def statistics(v, p, seen, q):
    return tuple(len(v) * part for part in right(v, p, seen, q))
