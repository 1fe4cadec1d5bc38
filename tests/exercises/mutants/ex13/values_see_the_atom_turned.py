"""The way back turns the atom, as a convolution would.

Caught by: a_value_gets_what_its_atom_sees
"""

right = value_gradient


def value_gradient(dy, n, y, x, f, D):
    return right(dy, n, y, x, f, D[:, ::-1, ::-1])
