"""dvalue is a mean over the window: a factor that dy has already, if the loss has it.

Caught by: dvalue_agrees_with_differences
"""

right = value_gradient


def value_gradient(dy, n, y, x, f, D):
    return right(dy, n, y, x, f, D) / D[0].size
