"""Only the pixel in the middle of the atom counts.

Caught by: a_value_gets_what_its_atom_sees
"""


def value_gradient(dy, n, y, x, f, D):
    _, kh, kw, _ = D.shape
    return (dy[n, y, x] * D[f, kh // 2, kw // 2]).sum(axis=1)
