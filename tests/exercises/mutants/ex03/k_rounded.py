"""Rounded to the nearest number.

Caught by: k_is_the_floor_of_rate_times_n
"""


def winners_per_unit(rate, n):
    return max(1, round(rate * n))
