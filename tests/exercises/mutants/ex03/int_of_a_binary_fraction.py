"""int(0.29 * 100) is 28.

Caught by: k_is_the_floor_of_rate_times_n
"""


def winners_per_unit(rate, n):
    return max(1, int(rate * n))
