"""dz is handed through.

Caught by: spatial_gradient_agrees_with_differences
"""


def spatial_backward(dz, mask):
    return dz.copy()
