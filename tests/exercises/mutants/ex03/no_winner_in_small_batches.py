"""5% of 10 is no winner at all.

Caught by: k_is_the_floor_of_rate_times_n
"""


def winners_per_unit(rate, n):
    return int(rate * n + 1e-9)
