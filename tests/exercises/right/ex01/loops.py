"""Exercise 1, solved: loops."""

import numpy as np


def linear_backward(dy, x, W):
    N, M = dy.shape
    D = x.shape[1]
    dx, dW, db = np.zeros((N, D)), np.zeros((D, M)), np.zeros(M)
    for n in range(N):
        db += dy[n]
        dW += np.outer(x[n], dy[n])
        dx[n] = W.dot(dy[n])
    return dx, dW, db
