"""Positive phase minus negative phase: right for adding, not for a gradient.

Caught by: the_positive_phase_lowers_the_energy_of_the_data
"""

right = statistics


def statistics(v, p, seen, q):
    return tuple(-part for part in right(v, p, seen, q))
