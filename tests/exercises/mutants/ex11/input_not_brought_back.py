"""dx takes the middle of each window's gradient only.

Caught by: dx_agrees_with_differences
"""


def dx_of(dy, W):
    kh, kw, _, _ = W.shape
    return dy @ W[kh // 2, kw // 2].T
