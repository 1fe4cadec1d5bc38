"""Exercise 14: the gradient of a linear SVM with the squared hinge.

One class against the rest, for K classes at once. A sample n has the score s[n, k] = sum_i x[n, i] W[i, k] and the
target t[n, k], +1 if it belongs to class k and -1 if not. It should be beyond the margin, t s >= 1. If it is
not, the shortfall squared is its cost::

    f = 1/2 sum of W^2 + C sum over n and k of max(0, 1 - t[n, k] s[n, k])^2
"""

import numpy as np


def squared_hinge_forward(s, t, C):
    """The second part of f: what the scores cost.

    Parameters
    ----------
    s : ndarray, shape (N, K)
        Scores.
    t : ndarray, shape (N, K)
        Targets, +1.0 or -1.0.
    C : float

    Returns
    -------
    float
        A sum, not a mean.
    """
    raise NotImplementedError


def squared_hinge_backward(s, t, C):
    """Gradient of that cost with respect to the scores.

    Parameters
    ----------
    s, t, C
        As above.

    Returns
    -------
    ds : ndarray, shape (N, K)

    Hints
    -----
    The chain rule has three factors: the square, the maximum, and its argument. Samples at or beyond
    the margin cost nothing; do they pull? What is t times t?
    """
    raise NotImplementedError


def svm_backward(x, W, t, C):
    """Gradient of f with respect to the weights.

    Parameters
    ----------
    x : ndarray, shape (N, D)
    W : ndarray, shape (D, K)
    t : ndarray, shape (N, K)
    C : float

    Returns
    -------
    dW : ndarray, shape (D, K)

    Hints
    -----
    f has two parts, and both depend on W. From ds on it is exercise 1.
    """
    raise NotImplementedError
