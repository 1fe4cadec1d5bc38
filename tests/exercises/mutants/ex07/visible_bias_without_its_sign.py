"""db_v is the data, not minus the data.

Caught by: db_v_agrees_with_differences
"""

right = free_energy_backward


def free_energy_backward(dF, v, W, b_h):
    dW, db_v, db_h = right(dF, v, W, b_h)
    return dW, -db_v, db_h
