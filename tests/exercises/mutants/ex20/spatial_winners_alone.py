"""Every map keeps its winner in every image: no competition over the mini-batch.

Caught by: conv_wta_step_in_awkward_cases
"""

right = winners


def winners(h, k):
    return right(h, len(h))
