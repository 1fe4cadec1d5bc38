"""Exercise 8, solved."""

import numpy as np


def sigmoid(a):
    return 1 / (1 + np.exp(-a))


def sample(p, u):
    return (u < p).astype(float)


def statistics(v, p, seen, q):
    return (seen.T @ q - v.T @ p) / len(v), (seen - v).mean(axis=0), (q - p).mean(axis=0)


def cd1_statistics(v, W, b_v, b_h, u_h, u_v):
    p = sigmoid(v @ W + b_h)
    h = sample(p, u_h)
    seen = sample(sigmoid(h @ W.T + b_v), u_v)
    q = sigmoid(seen @ W + b_h)
    return statistics(v, p, seen, q)
