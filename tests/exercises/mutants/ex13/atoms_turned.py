"""The atom is turned, as in a convolution.

Caught by: an_atom_appears_upright_where_the_code_says
"""


def atom(D, f):
    return D[f, ::-1, ::-1]
