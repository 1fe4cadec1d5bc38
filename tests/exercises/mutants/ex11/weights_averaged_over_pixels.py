"""dW is a mean over all positions.

Caught by: dW_agrees_with_differences
"""

right = dW_of


def dW_of(dy, x, W):
    return right(dy, x, W) / dy[..., 0].size
