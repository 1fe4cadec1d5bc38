"""C and F keep their places.

Caught by: dx_agrees_with_differences
"""


def turned(W):
    return W[::-1, ::-1]
