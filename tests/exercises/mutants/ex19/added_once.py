"""a[i] += b adds once for an index that stands twice.

Caught by: max_pool_backward_in_awkward_cases
"""


def add_to(flat, places, values):
    flat[places] += values
